import { beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { purgeDeletedWorkspaces } from '../src/modules/workspaces/purge-deleted-workspaces.job.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy({ graceDays: 30, slugHoldDays: 90 })
const DAY_SECONDS = 86_400
const remove = (token: string) =>
  tenancy.mutate(token, 'deleteWorkspace', null, 'workspace { status purgeAfter }')
const restore = (token: string, workspaceId: string) =>
  tenancy.mutate(token, 'restoreWorkspace', { workspaceId }, 'workspace { id status purgeAfter }')
const purge = () => purgeDeletedWorkspaces(tenancy.app.contexts.forJob('test'))

async function rowsLeft(tenantId: string): Promise<Record<string, number>> {
  const tables = await tenancy.database.asAdmin<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'tenancy' and column_name = 'tenant_id' and table_name <> 'outbox'`,
  )
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = await tenancy.database.asAdmin<{ count: string }>(
      `select count(*) from tenancy.${name} where tenant_id = $1`,
      [tenantId],
    )
    counts[name] = Number(row?.count)
  }
  return counts
}

describe('deleteWorkspace', () => {
  test('closes the workspace at once and says until when it can be restored', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const tokens = await Promise.all(
      [workspace.owner, ...workspace.others].map((one) => one.token()),
    )
    const payload = await remove(tokens[0] ?? '')
    expect(payload).toEqual({
      workspace: {
        status: 'DELETED',
        purgeAfter: new Date(tenancy.clock.now().getTime() + 30 * DAY_SECONDS * 1000).toISOString(),
      },
      userErrors: [],
    })
    await tenancy.learnRevocations()
    for (const token of tokens) {
      expect((await tenancy.ask(token, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    }
    await expect(workspace.owner.token()).rejects.toThrow('deleted')
    expect(await tenancy.eventsOf(workspace.id)).toContain('workspace.deleted')
  })

  test('is the Owner’s alone among the templates', async () => {
    const { others } = await tenancy.aWorkspace().withAdmin().withMember().build()
    for (const other of others)
      await expect(remove(await other.token())).rejects.toThrow('FORBIDDEN')
  })

  test('a second deletion with a token that lived on is a WorkspaceStatusError', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const token = await workspace.owner.token()
    await remove(token)
    expect((await remove(token)).userErrors[0].__typename).toBe('WorkspaceStatusError')
  })
})

describe('restoreWorkspace', () => {
  test('takes the deletion back within the grace, with everybody and everything in it', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const before = await rowsLeft(workspace.id)
    await remove(await workspace.owner.token())
    tenancy.clock.advance(29 * DAY_SECONDS)
    const payload = await restore(tenancy.neutralToken(workspace.owner.person), workspace.id)
    expect(payload).toEqual({
      workspace: { id: workspace.id, status: 'ACTIVE', purgeAfter: null },
      userErrors: [],
    })
    expect(await rowsLeft(workspace.id)).toMatchObject({
      memberships: before.memberships,
      roles: before.roles,
    })
    tenancy.clock.advance(2 * DAY_SECONDS)
    await purge()
    await expect(workspace.others[0]?.token()).resolves.toEqual(expect.any(String))
  })

  test('tokens from before the deletion stay dead', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const old = await workspace.owner.token()
    await remove(old)
    await restore(tenancy.neutralToken(workspace.owner.person), workspace.id)
    await tenancy.learnRevocations()
    expect((await tenancy.ask(old, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
  })

  test('is too late once the grace is over, purged or not', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await remove(await workspace.owner.token())
    tenancy.clock.advance(30 * DAY_SECONDS)
    const neutral = tenancy.neutralToken(workspace.owner.person)
    await expect(restore(neutral, workspace.id)).rejects.toThrow('NOT_FOUND')
    await purge()
    await expect(restore(neutral, workspace.id)).rejects.toThrow('NOT_FOUND')
  })

  test('refuses a workspace that is not deleted as WorkspaceStatusError', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const payload = await restore(tenancy.neutralToken(workspace.owner.person), workspace.id)
    expect(payload.userErrors[0].__typename).toBe('WorkspaceStatusError')
  })

  test('is denied to members whose role does not permit deleting', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    await remove(await workspace.owner.token())
    const admin = workspace.others[0]?.person ?? tenancy.aPerson()
    await expect(restore(tenancy.neutralToken(admin), workspace.id)).rejects.toThrow('FORBIDDEN')
  })

  test('T1: a stranger’s workspace is absent, as one that does not exist', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await remove(await workspace.owner.token())
    const stranger = tenancy.neutralToken(tenancy.aPerson())
    for (const id of [workspace.id, newId('workspace'), newId('member')]) {
      await expect(restore(stranger, id)).rejects.toThrow('NOT_FOUND')
    }
  })

  test('asks for a second factor where the workspace does', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await remove(await workspace.owner.token())
    await tenancy.database.asAdmin(
      'update tenancy.workspaces set requires_mfa = true where id = $1',
      [workspace.id],
    )
    const weak = restore(tenancy.neutralToken(workspace.owner.person), workspace.id)
    await expect(weak).rejects.toThrow('FORBIDDEN')
  })
})

describe('the purge', () => {
  // What other tests have deleted is not to be counted.
  beforeEach(async () => {
    tenancy.clock.advance(31 * DAY_SECONDS)
    await purge()
  })

  test('erases every row of a workspace whose grace is over, and no other', async () => {
    const [gone, kept] = [
      await tenancy.aWorkspace().withMember().withRole('Editor', ['tenancy:members.read']).build(),
      await tenancy.aWorkspace().withMember().build(),
    ]
    const before = await rowsLeft(kept.id)
    await remove(await gone.owner.token())
    tenancy.clock.advance(30 * DAY_SECONDS)
    expect(await purge()).toBe(1)
    expect(Object.values(await rowsLeft(gone.id)).every((count) => count === 0)).toBe(true)
    expect(await rowsLeft(kept.id)).toEqual(before)
    expect(await tenancy.eventsOf(gone.id)).toContain('workspace.purged')
    await expect(gone.owner.token()).rejects.toThrow('not-member')
  })

  test('leaves alone what is still in its grace', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await remove(await workspace.owner.token())
    expect(await purge()).toBe(0)
  })

  test('run by several processes at once, erases and tells once', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await remove(await workspace.owner.token())
    tenancy.clock.advance(30 * DAY_SECONDS)
    const counts = await Promise.all([purge(), purge(), purge()])
    expect(counts.reduce((sum, count) => sum + count)).toBe(1)
    const events = await tenancy.eventsOf(workspace.id)
    expect(events.filter((type) => type === 'workspace.purged')).toHaveLength(1)
  })

  test('the handle comes free for others only after a while', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await remove(await workspace.owner.token())
    tenancy.clock.advance(30 * DAY_SECONDS)
    await purge()
    const claim = () =>
      tenancy.mutate(
        tenancy.neutralToken(tenancy.aPerson()),
        'createWorkspace',
        { name: 'Heir', slug: workspace.slug },
        'workspace { slug }',
      )
    expect((await claim()).userErrors[0].__typename).toBe('SlugTakenError')
    tenancy.clock.advance(91 * DAY_SECONDS)
    expect((await claim()).workspace.slug).toBe(workspace.slug)
  })
})
