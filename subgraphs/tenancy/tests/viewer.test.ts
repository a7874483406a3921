import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const VIEWER = `{ viewer {
  user { id } workspace { id name } member { id role { name } } permissions
  memberships { edges { node {
    id workspace { id name status viewerCanDelete } role { name permissions viewerCanManage } joinedAt
    viewerCanResume viewerCanRestore
  } } pageInfo { hasNextPage } }
} }`

type Edge = { node: { workspace: { id: string; status: string }; role: { name: string } } }

describe('viewer', () => {
  test('says who and where one is, with the exact permissions of the token, sorted', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    const { data, codes } = await tenancy.ask((await member?.token()) ?? '', VIEWER)
    expect(codes).toEqual([])
    expect(data.viewer).toMatchObject({
      user: { id: member?.person.id },
      workspace: { id: workspace.id },
      member: { id: member?.memberId, role: { name: 'Member' } },
    })
    expect(data.viewer.permissions).toEqual(data.viewer.permissions.toSorted())
    expect(data.viewer.permissions).toContain('tenancy:members.read')
  })

  test('without a workspace there is a user and memberships, and nothing else', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const { data } = await tenancy.ask(tenancy.neutralToken(workspace.owner.person), VIEWER)
    expect(data.viewer).toMatchObject({ workspace: null, member: null, permissions: [] })
    expect(data.viewer.memberships.edges).toHaveLength(1)
  })

  test('lists every workspace of the viewer’s, whatever the token is for, and no other', async () => {
    const person = tenancy.aPerson()
    const [one, two, foreign] = [
      await tenancy.aWorkspace().withMember(person).build(),
      await tenancy.aWorkspace().withRole('Editor', ['tenancy:members.read'], person).build(),
      await tenancy.aWorkspace().build(),
    ]
    for (const token of [
      tenancy.neutralToken(person),
      await tenancy.tokenFor(person, one.id),
      await tenancy.tokenFor(person, two.id),
    ]) {
      const { data, codes } = await tenancy.ask(token, VIEWER)
      expect(codes).toEqual([])
      expect(
        data.viewer.memberships.edges.map(({ node }: Edge) => [node.workspace.id, node.role.name]),
      ).toEqual([
        [one.id, 'Member'],
        [two.id, 'Editor'],
      ])
      expect(JSON.stringify(data)).not.toContain(foreign.id)
      // What the token permits, it permits in its own workspace only.
      for (const { node } of data.viewer.memberships.edges) {
        expect([node.workspace.viewerCanDelete, node.role.viewerCanManage]).toEqual([false, false])
      }
    }
  })

  test('closed workspaces stay in the list, with what the viewer can do about them', async () => {
    const owner = tenancy.aPerson()
    const member = tenancy.aPerson()
    const suspended = await tenancy.aWorkspace().withOwner(owner).withMember(member).build()
    const deleted = await tenancy.aWorkspace().withOwner(owner).withMember(member).build()
    await tenancy.mutate(
      await suspended.owner.token(),
      'suspendWorkspace',
      null,
      'workspace { id }',
    )
    await tenancy.mutate(await deleted.owner.token(), 'deleteWorkspace', null, 'workspace { id }')
    const may = async (person: { id: string }) => {
      const { data } = await tenancy.ask(tenancy.neutralToken(person), VIEWER)
      return data.viewer.memberships.edges.map(
        ({
          node,
        }: {
          node: {
            workspace: { status: string }
            viewerCanResume: boolean
            viewerCanRestore: boolean
          }
        }) => [node.workspace.status, node.viewerCanResume, node.viewerCanRestore],
      )
    }
    expect(await may(owner)).toEqual([
      ['SUSPENDED', true, false],
      ['DELETED', false, true],
    ])
    expect(await may(member)).toEqual([
      ['SUSPENDED', false, false],
      ['DELETED', false, false],
    ])
    tenancy.clock.advance(31 * 86_400)
    expect((await may(owner))[1]).toEqual(['DELETED', false, false])
  })

  test('memberships are paged; another viewer’s cursor is refused', async () => {
    const person = tenancy.aPerson()
    for (let count = 0; count < 3; count += 1) await tenancy.aWorkspace().withMember(person).build()
    const PAGE = `query ($first: Int, $after: String) { viewer { memberships(first: $first, after: $after) {
      edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }`
    const token = tenancy.neutralToken(person)
    const one = await tenancy.ask(token, PAGE, { first: 2 })
    const after = one.data.viewer.memberships.pageInfo.endCursor
    const two = await tenancy.ask(token, PAGE, { first: 2, after })
    expect([one, two].map(({ data }) => data.viewer.memberships.edges.length)).toEqual([2, 1])
    const stranger = await tenancy.ask(tenancy.neutralToken(tenancy.aPerson()), PAGE, { after })
    expect(stranger.codes).toEqual(['BAD_USER_INPUT'])
  })

  test('viewerCan… says of the workspace what each template may', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().withMember().build()
    const CAN = `{ workspace { viewerCanInvite viewerCanManageRoles viewerCanUpdateSettings
      viewerCanRename viewerCanSetSecurityPolicy viewerCanSuspend viewerCanDelete
      viewerCanTransferOwnership } }`
    const answers = await Promise.all(
      [workspace.owner, ...workspace.others].map(async (one) => {
        const { data } = await tenancy.ask(await one.token(), CAN)
        return Object.values(data.workspace)
      }),
    )
    expect(answers).toEqual([
      [true, true, true, true, true, true, true, true],
      [true, true, true, true, true, false, false, false],
      [false, false, false, false, false, false, false, false],
    ])
  })

  test('somebody who was removed a moment ago is no member, and nobody else either', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const [admin] = workspace.others
    const old = (await admin?.token()) ?? ''
    await tenancy.database.asAdmin('delete from tenancy.memberships where id = $1', [
      admin?.memberId,
    ])
    const { data } = await tenancy.ask(
      old,
      '{ viewer { member { id } workspace { viewerCanInvite } } }',
    )
    expect(data.viewer).toEqual({ member: null, workspace: { viewerCanInvite: false } })
  })

  test('is null for a service, and denied to nobody', async () => {
    const { data } = await tenancy.ask(tenancy.serviceToken('blog', []), VIEWER)
    expect(data).toEqual({ viewer: null })
    expect((await tenancy.ask(null, VIEWER)).codes).toEqual(['UNAUTHENTICATED'])
  })

  test('a user of no workspace at all has an empty list', async () => {
    const token = tenancy.neutralToken({ id: newId('user') })
    expect((await tenancy.ask(token, VIEWER)).data.viewer.memberships.edges).toEqual([])
  })
})
