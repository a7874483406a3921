import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { recordQueries } from './support/record-queries.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const { log, queries } = recordQueries()
const tenancy = useTenancy({}, log)
const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Workspace { id name } ... on Member { id user { id } role { name } } ... on Role { id name }
} }`
const resolve = (token: string | null, ...representations: readonly object[]) =>
  tenancy.ask(token, ENTITIES, { representations })
const workspaceRef = (id: string) => ({ __typename: 'Workspace', id })
const memberRef = (id: string | undefined) => ({ __typename: 'Member', id })
const roleRef = (id: string | undefined) => ({ __typename: 'Role', id })

describe('F1: entities', () => {
  test('of the token’s workspace are resolved', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const { data, codes } = await resolve(
      await workspace.owner.token(),
      workspaceRef(workspace.id),
      memberRef(workspace.others[0]?.memberId),
      roleRef(workspace.roles.Admin),
    )
    expect(codes).toEqual([])
    expect(data._entities).toEqual([
      { id: workspace.id, name: expect.any(String) },
      {
        id: workspace.others[0]?.memberId,
        user: { id: workspace.others[0]?.person.id },
        role: { name: 'Member' },
      },
      { id: workspace.roles.Admin, name: 'Admin' },
    ])
  })

  test('of another workspace are null, as those that do not exist, in a batch that mixes them', async () => {
    const [own, foreign] = [
      await tenancy.aWorkspace().withMember().build(),
      await tenancy.aWorkspace().withMember().build(),
    ]
    const { data, codes } = await resolve(
      await own.owner.token(),
      workspaceRef(foreign.id),
      workspaceRef(own.id),
      workspaceRef(newId('workspace')),
      memberRef(foreign.others[0]?.memberId),
      memberRef(own.others[0]?.memberId),
      memberRef(newId('member')),
      roleRef(foreign.roles.Owner),
      roleRef(own.roles.Owner),
      roleRef('rol_\0'),
    )
    expect(codes).toEqual([])
    expect(data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([
      null,
      own.id,
      null,
      null,
      own.others[0]?.memberId,
      null,
      null,
      own.roles.Owner,
      null,
    ])
  })

  test('of a workspace one belongs to are null with a token of another workspace or of none', async () => {
    const person = tenancy.aPerson()
    const [here, there] = [
      await tenancy.aWorkspace().withMember(person).build(),
      await tenancy.aWorkspace().withMember(person).build(),
    ]
    for (const token of [await tenancy.tokenFor(person, here.id), tenancy.neutralToken(person)]) {
      const { data } = await resolve(
        token,
        workspaceRef(there.id),
        memberRef(there.others[0]?.memberId),
        roleRef(there.roles.Member),
      )
      expect(data._entities).toEqual([null, null, null])
    }
  })

  test('need the permission to read them, but for oneself', async () => {
    const workspace = await tenancy.aWorkspace().withRole('Nobody', []).build()
    const [nobody] = workspace.others
    const { data, codes } = await resolve(
      (await nobody?.token()) ?? '',
      workspaceRef(workspace.id),
      memberRef(workspace.owner.memberId),
      memberRef(nobody?.memberId),
      roleRef(workspace.roles.Owner),
    )
    expect(codes).toEqual([])
    expect(data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([
      null,
      null,
      nobody?.memberId,
      null,
    ])
  })

  test('are null without a token', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const { data } = await resolve(
      null,
      workspaceRef(workspace.id),
      memberRef(workspace.owner.memberId),
      roleRef(workspace.roles.Owner),
    )
    expect(data._entities).toEqual([null, null, null])
  })

  test('forged fields beside the key are not believed', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const [member] = workspace.others
    const forged = {
      ...memberRef(member?.memberId),
      userId: workspace.owner.person.id,
      roleId: workspace.roles.Owner,
      tenantId: workspace.id,
    }
    const { data } = await resolve((await member?.token()) ?? '', forged)
    expect(data._entities[0]).toEqual({
      id: member?.memberId,
      user: { id: member?.person.id },
      role: { name: 'Member' },
    })
  })

  test('twenty references are read by one query of each table', async () => {
    const builder = tenancy.aWorkspace()
    for (let count = 0; count < 20; count += 1) builder.withMember()
    const workspace = await builder.build()
    const token = await workspace.owner.token()
    queries.length = 0
    const { data } = await resolve(
      token,
      ...workspace.others.map(({ memberId }) => memberRef(memberId)),
    )
    expect(data._entities).toHaveLength(20)
    for (const table of ['memberships', 'roles']) {
      expect(queries.filter((query) => query.includes(`"${table}"`))).toHaveLength(1)
    }
  })
})
