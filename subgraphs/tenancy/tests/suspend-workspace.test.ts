import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const suspend = (token: string) =>
  tenancy.mutate(token, 'suspendWorkspace', null, 'workspace { status }')
const resume = (token: string, workspaceId: string) =>
  tenancy.mutate(token, 'resumeWorkspace', { workspaceId }, 'workspace { id status }')
const NAME = '{ workspace { name } }'

describe('suspendWorkspace', () => {
  test('closes the workspace to everybody at once, its Owner included', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const people = [workspace.owner, ...workspace.others]
    const tokens = await Promise.all(people.map((one) => one.token()))
    const payload = await suspend(tokens[0] ?? '')
    expect(payload).toEqual({ workspace: { status: 'SUSPENDED' }, userErrors: [] })

    await tenancy.learnRevocations()
    for (const token of tokens) {
      expect((await tenancy.ask(token, NAME)).codes).toEqual(['UNAUTHENTICATED'])
    }
    for (const one of people) await expect(one.token()).rejects.toThrow('suspended')
    expect(await tenancy.eventsOf(workspace.id)).toContain('workspace.suspended')
  })

  test('a token that is not known to be dead yet changes nothing any more', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const admin = await workspace.others[0]?.token()
    await suspend(await workspace.owner.token())
    const renaming = tenancy.mutate(
      admin ?? '',
      'renameWorkspace',
      { name: 'Late' },
      'workspace { name }',
    )
    await expect(renaming).rejects.toThrow('FORBIDDEN')
  })

  test('is the Owner’s alone among the templates', async () => {
    const { others } = await tenancy.aWorkspace().withAdmin().withMember().build()
    for (const other of others)
      await expect(suspend(await other.token())).rejects.toThrow('FORBIDDEN')
  })

  test('of three who suspend at once, one does and the others find it suspended', async () => {
    const workspace = await tenancy.aWorkspace().withOwner().withOwner().withOwner().build()
    const owners = [workspace.owner, ...workspace.others]
    const tokens = await Promise.all(owners.map((owner) => owner.token()))
    const payloads = await Promise.all(tokens.map(suspend))
    const refusals = payloads.flatMap(({ userErrors }) => userErrors)
    expect(refusals.map(({ __typename }) => __typename)).toEqual([
      'WorkspaceStatusError',
      'WorkspaceStatusError',
    ])
    const events = await tenancy.eventsOf(workspace.id)
    expect(events.filter((type) => type === 'workspace.suspended')).toHaveLength(1)
  })
})

describe('resumeWorkspace', () => {
  test('opens the workspace again, asked with a token without a workspace', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await suspend(await workspace.owner.token())
    const neutral = tenancy.neutralToken(workspace.owner.person)
    expect(await resume(neutral, workspace.id)).toEqual({
      workspace: { id: workspace.id, status: 'ACTIVE' },
      userErrors: [],
    })
    const { codes } = await tenancy.ask(await workspace.owner.token(), NAME)
    expect(codes).toEqual([])
  })

  test('refuses a workspace that is not suspended as WorkspaceStatusError', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const { data } = await tenancy.ask(
      tenancy.neutralToken(workspace.owner.person),
      `mutation ($input: ResumeWorkspaceInput!) { resumeWorkspace(input: $input) {
        workspace { id } userErrors { __typename ... on WorkspaceStatusError { status path } } } }`,
      { input: { workspaceId: workspace.id } },
    )
    expect(data.resumeWorkspace).toEqual({
      workspace: null,
      userErrors: [{ __typename: 'WorkspaceStatusError', status: 'ACTIVE', path: null }],
    })
  })

  test('is denied to members whose role does not permit suspending', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    await suspend(await workspace.owner.token())
    const admin = workspace.others[0]?.person ?? tenancy.aPerson()
    await expect(resume(tenancy.neutralToken(admin), workspace.id)).rejects.toThrow('FORBIDDEN')
  })

  test('T1: a stranger’s workspace is absent, as one that does not exist', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await suspend(await workspace.owner.token())
    const stranger = tenancy.neutralToken(tenancy.aPerson())
    for (const id of [workspace.id, newId('workspace'), 'garbage']) {
      await expect(resume(stranger, id)).rejects.toThrow('NOT_FOUND')
    }
  })

  test('asks for a second factor where the workspace does', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await tenancy.database.asAdmin(
      `update tenancy.workspaces set status = 'suspended', requires_mfa = true where id = $1`,
      [workspace.id],
    )
    const { person } = workspace.owner
    const weak = resume(tenancy.neutralToken(person, { amr: ['pwd'] }), workspace.id)
    await expect(weak).rejects.toThrow('FORBIDDEN')
    const strong = tenancy.neutralToken(person, { amr: ['pwd', 'otp', 'mfa'] })
    expect((await resume(strong, workspace.id)).workspace.status).toBe('ACTIVE')
  })
})
