import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { amongWorkspacesOf, inWorkspace } from '../src/context.ts'
import { Member } from '../src/modules/members/member.entity.ts'
import { Role } from '../src/modules/roles/role.entity.ts'
import { Workspace } from '../src/modules/workspaces/workspace.entity.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const SEEN = `{
  workspace { id name }
  members(first: 100) { edges { node { id user { id } } } }
  roles { id }
  viewer { workspace { id } member { id } }
}`

const RENAME = `mutation ($input: RenameWorkspaceInput!) {
  renameWorkspace(input: $input) { workspace { id name } }
}`

type Side = { readonly name: string; readonly token: string; readonly ids: readonly string[] }

describe('T6: tokens of two workspaces over one pool', () => {
  const person = () => tenancy.aPerson()

  async function aSide(name: string, member: ReturnType<typeof person>): Promise<Side> {
    const workspace = await tenancy.aWorkspace().withAdmin(member).withMember().build()
    const memberIds = [workspace.owner, ...workspace.others].map(({ memberId }) => memberId)
    const ids = [workspace.id, ...memberIds, ...Object.values(workspace.roles)]
    return { name, token: await tenancy.tokenFor(member, workspace.id), ids }
  }

  /** Eight reads to two changes; the answer as text, to be searched for what is not theirs. */
  async function use({ name, token }: Side, turn: number): Promise<string> {
    const input = { name: `${name}, turn ${turn}` }
    const { data, codes } =
      turn % 5 === 0 ? await tenancy.ask(token, RENAME, { input }) : await tenancy.ask(token, SEEN)
    expect(codes).toEqual([])
    return JSON.stringify(data)
  }

  test('a thousand interleaved requests see and change their own workspace only', async () => {
    const both = person()
    const [left, right] = [await aSide('Left', both), await aSide('Right', both)]
    let leaks = 0
    for (let batch = 0; batch < 50; batch += 1) {
      const turns = Array.from({ length: 10 }, (_, index) => batch * 10 + index)
      await Promise.all(
        turns.flatMap((turn) =>
          [
            { own: left, foreign: right },
            { own: right, foreign: left },
          ].map(async ({ own, foreign }) => {
            const text = await use(own, turn)
            const strange = [...foreign.ids, `${foreign.name}, turn`]
            if (strange.some((part) => text.includes(part))) leaks += 1
          }),
        ),
      )
    }
    expect(leaks).toBe(0)
  })
})

describe('the wall behind the filters', () => {
  test('T5: without a workspace nothing of any tenant is seen', async () => {
    await tenancy.aWorkspace().withMember().build()
    const { em } = tenancy.app.contexts.forJob('test')
    expect(await em.count(Workspace, {})).toBe(0)
    expect(await em.count(Member, {})).toBe(0)
    expect(await em.count(Role, {})).toBe(0)
  })

  test('queries without a filter see one workspace', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const { em } = inWorkspace(tenancy.app.contexts.forJob('test'), workspace.id)
    expect((await em.find(Workspace, {})).map(({ id }) => id)).toEqual([workspace.id])
    expect(await em.count(Member, {})).toBe(2)
    expect(await em.count(Role, {})).toBe(3)
  })

  test('a user’s own memberships are seen with their roles and workspaces, and no co-members', async () => {
    const person = tenancy.aPerson()
    const [one, two] = [
      await tenancy.aWorkspace().withMember(person).withMember().build(),
      await tenancy.aWorkspace().withAdmin(person).build(),
    ]
    const { em } = amongWorkspacesOf(tenancy.app.contexts.forJob('test'), person.id)
    const members = await em.find(Member, {})
    expect(members.map(({ id }) => id).sort()).toEqual(
      [one.others[0]?.memberId, two.others[0]?.memberId].sort(),
    )
    expect((await em.find(Workspace, {})).map(({ id }) => id).sort()).toEqual(
      [one.id, two.id].sort(),
    )
    expect((await em.find(Role, {})).map(({ id }) => id).sort()).toEqual(
      [one.roles.Member, two.roles.Admin].sort(),
    )
  })

  test('what one may read of other workspaces one may not write', async () => {
    const person = tenancy.aPerson()
    const workspace = await tenancy.aWorkspace().withMember(person).build()
    const { em } = amongWorkspacesOf(tenancy.app.contexts.forJob('test'), person.id)
    expect(await em.nativeUpdate(Workspace, { id: workspace.id }, { name: 'Mine' })).toBe(0)
    expect(await em.nativeUpdate(Member, { userId: person.id }, { joinedAt: new Date(0) })).toBe(0)
    expect(await em.nativeDelete(Member, { userId: person.id })).toBe(0)
  })

  test('a row cannot be moved into another workspace, nor refer to another’s role', async () => {
    const [own, foreign] = [
      await tenancy.aWorkspace().withMember().build(),
      await tenancy.aWorkspace().build(),
    ]
    const { em } = inWorkspace(tenancy.app.contexts.forJob('test'), own.id)
    const memberId = own.others[0]?.memberId ?? newId('member')
    const moving = em.nativeUpdate(Member, { id: memberId }, { tenantId: foreign.id })
    await expect(moving).rejects.toThrow(/row-level security/)
    const pointing = em.execute('update memberships set role_id = ? where id = ?', [
      foreign.roles.Owner,
      memberId,
    ])
    await expect(pointing).rejects.toThrow(/foreign key/)
  })
})

describe('T3: what is said of other workspaces', () => {
  test('errors name no constraint, table or foreign id', async () => {
    const [own, foreign] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    const { errors } = await tenancy.ask(
      await own.owner.token(),
      'mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { removedMemberId } }',
      { input: { memberId: foreign.owner.memberId } },
    )
    expect(errors.map(({ message }) => message)).toEqual(['No such member.'])
  })
})

describe('T7: what the input may not name', () => {
  test.each([
    ['renameWorkspace', 'RenameWorkspaceInput', { name: 'x', workspaceId: newId('workspace') }],
    ['createRole', 'CreateRoleInput', { name: 'x', permissions: [], tenantId: newId('workspace') }],
    ['createRole', 'CreateRoleInput', { name: 'x', permissions: [], template: 'OWNER' }],
    ['changeMemberRole', 'ChangeMemberRoleInput', { memberId: 'a', roleId: 'b', tenantId: 'c' }],
  ])('%s takes no more than its input declares (%s)', async (field, type, input) => {
    const { owner } = await tenancy.aWorkspace().build()
    const { codes } = await tenancy.ask(
      await owner.token(),
      `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`,
      { input },
    )
    expect(codes).toEqual(['BAD_USER_INPUT'])
  })
})
