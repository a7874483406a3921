import { describe, expect, test } from '@jest/globals'
import { memberSubject } from '@logicspike/auth'
import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import { releaseUser } from '@logicspike/internal-api'
import { inWorkspace } from '../src/context.ts'
import { bumpUser } from '../src/modules/epochs/bump-epochs.ts'
import type { TestWorkspace } from './support/a-workspace.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()

type Row = { class: string; tenant_id: string | null; data: object }
const publishedOf = (subject: string) =>
  tenancy.database.asAdmin<Row>(
    `select class, tenant_id, data from tenancy.outbox
     where type = 'epoch.bumped' and subject = $1 order by id`,
    [subject],
  )

type Narrowing = {
  /** The workspace it happens in; Anna is its Owner, the first other member is narrowed. */
  readonly build: () => Promise<TestWorkspace>
  readonly act: (workspace: TestWorkspace) => Promise<unknown>
}
const token = (workspace: TestWorkspace) => workspace.owner.token()
const withMember = () => tenancy.aWorkspace().withMember().build()
const firstOther = ({ others }: TestWorkspace) => {
  const [other] = others
  if (!other) throw new Error('nobody else is there')
  return other
}

const narrowings: Readonly<Record<string, Narrowing>> = {
  'a member is removed': {
    build: withMember,
    act: async (workspace) =>
      tenancy.mutate(
        await token(workspace),
        'removeMember',
        { memberId: firstOther(workspace).memberId },
        'removedMemberId',
      ),
  },
  'a member leaves': {
    build: withMember,
    act: async (workspace) =>
      tenancy.mutate(
        await firstOther(workspace).token(),
        'leaveWorkspace',
        null,
        'leftWorkspaceId',
      ),
  },
  'a member gets another role': {
    build: withMember,
    act: async (workspace) =>
      tenancy.mutate(
        await token(workspace),
        'changeMemberRole',
        { memberId: firstOther(workspace).memberId, roleId: workspace.roles.Admin },
        'member { id }',
      ),
  },
  'the permissions of their role change': {
    build: () => tenancy.aWorkspace().withRole('Editor', ['tenancy:members.read']).build(),
    act: async (workspace) =>
      tenancy.mutate(
        await token(workspace),
        'updateRole',
        { id: workspace.roles.Editor, patch: { permissions: [] } },
        'role { id }',
      ),
  },
  'ownership goes to them': {
    build: withMember,
    act: async (workspace) =>
      tenancy.mutate(
        await token(workspace),
        'transferOwnership',
        { memberId: firstOther(workspace).memberId },
        'workspace { id }',
      ),
  },
  'the workspace is suspended': {
    build: withMember,
    act: async (workspace) =>
      tenancy.mutate(await token(workspace), 'suspendWorkspace', null, 'workspace { id }'),
  },
  'the workspace is deleted': {
    build: withMember,
    act: async (workspace) =>
      tenancy.mutate(await token(workspace), 'deleteWorkspace', null, 'workspace { id }'),
  },
  'a second factor is asked for from now on': {
    build: withMember,
    act: async (workspace) =>
      tenancy.mutate(
        await tenancy.tokenFor(workspace.owner.person, workspace.id, { amr: ['mfa', 'pwd'] }),
        'setWorkspaceSecurityPolicy',
        { requiresMfa: true },
        'workspace { id }',
      ),
  },
  'their account is closed': {
    build: withMember,
    act: async (workspace) =>
      tenancy.callAs('identity').call(releaseUser, { userId: firstOther(workspace).person.id }),
  },
}

describe('verifiers are told, in the transaction of the change, when', () => {
  test.each(Object.entries(narrowings))('%s', async (_, { build, act }) => {
    const workspace = await build()
    const { person } = firstOther(workspace)
    const subject = memberSubject(workspace.id, person.id)
    expect(await publishedOf(subject)).toEqual([])
    const old = await firstOther(workspace).token()
    await act(workspace)
    expect(await publishedOf(subject)).toEqual([
      {
        class: 'internal',
        tenant_id: null,
        data: { subject, epoch: 1, bumpedAt: tenancy.clock.now().toISOString() },
      },
    ])
    await tenancy.learnRevocations()
    expect((await tenancy.ask(old, '{ workspace { name } }')).codes).toEqual(['UNAUTHENTICATED'])
  })

  test('all members of a workspace are concerned, in one batch', async () => {
    const workspace = await tenancy.aWorkspace().withMember().withMember().withAdmin().build()
    await tenancy.mutate(await token(workspace), 'suspendWorkspace', null, 'workspace { id }')
    for (const { person } of [workspace.owner, ...workspace.others]) {
      expect(await publishedOf(memberSubject(workspace.id, person.id))).toHaveLength(1)
    }
  })
})

test('a bump that is rolled back is told to nobody', async () => {
  const { id, owner } = await tenancy.aWorkspace().build()
  const failing = inTransaction(
    inWorkspace(tenancy.app.contexts.forJob('test'), id),
    async (tx) => {
      await bumpUser(tx, owner.person.id)
      throw new Error('changed my mind')
    },
  )
  await expect(failing).rejects.toThrow('changed my mind')
  expect(await publishedOf(memberSubject(id, owner.person.id))).toEqual([])
})

test('two bumps of one transaction’s user are told with growing epochs', async () => {
  const { id, owner } = await tenancy.aWorkspace().build()
  await inTransaction(inWorkspace(tenancy.app.contexts.forJob('test'), id), async (tx) => {
    await bumpUser(tx, owner.person.id)
    await bumpUser(tx, owner.person.id)
    return ok(null)
  })
  const told = await publishedOf(memberSubject(id, owner.person.id))
  expect(told).toMatchObject([{ data: { epoch: 1 } }, { data: { epoch: 2 } }])
})
