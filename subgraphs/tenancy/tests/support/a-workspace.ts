import type { MovableClock } from '@logicspike/auth/testing'
import type { TestDatabase } from '@logicspike/database/testing'
import { type IdOf, newId } from '@logicspike/ids'
import type { FakeIdentity, Person } from './fake-identity.ts'
import type { TestTokens } from './test-tokens.ts'

/** Somebody in a workspace. */
export type TestMember = {
  readonly person: Person
  readonly memberId: IdOf<'member'>
  readonly roleId: string
  /** A fresh token for the workspace. @throws where they may not enter it any more */
  token(): Promise<string>
}

export type TestWorkspace = {
  readonly id: IdOf<'workspace'>
  readonly slug: string
  /** Ids of the roles, by name. */
  readonly roles: Readonly<Record<string, string>>
  /** The first Owner. */
  readonly owner: TestMember
  /** Everybody but the first Owner, in the order in which they were added. */
  readonly others: readonly TestMember[]
}

/** Says what a workspace shall be like, then `build()` makes it. */
export type WorkspaceBuilder = {
  /** The first one creates the workspace through the API; more are added. */
  withOwner(person?: Person): WorkspaceBuilder
  withAdmin(person?: Person): WorkspaceBuilder
  withMember(person?: Person): WorkspaceBuilder
  /** A custom role, created by the Owner through the API, and somebody who holds it. */
  withRole(name: string, permissions: readonly string[], person?: Person): WorkspaceBuilder
  build(): Promise<TestWorkspace>
}

type Support = TestTokens & {
  readonly database: TestDatabase
  readonly identity: FakeIdentity
  readonly clock: MovableClock
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
  mutate(token: string, name: string, input: object | null, selection: string): Promise<any>
}

type Joiner = { readonly role: string; readonly person: Person }
type CustomRole = { readonly name: string; readonly permissions: readonly string[] }

export function aWorkspaceBuilder(support: Support): WorkspaceBuilder {
  const joiners: Joiner[] = []
  const customRoles: CustomRole[] = []
  const owners: Person[] = []
  const someone = (person?: Person): Person => person ?? support.identity.aPerson()

  const builder: WorkspaceBuilder = {
    withOwner(person) {
      if (owners.length === 0) owners.push(someone(person))
      else joiners.push({ role: 'Owner', person: someone(person) })
      return builder
    },
    withAdmin(person) {
      joiners.push({ role: 'Admin', person: someone(person) })
      return builder
    },
    withMember(person) {
      joiners.push({ role: 'Member', person: someone(person) })
      return builder
    },
    withRole(name, permissions, person) {
      customRoles.push({ name, permissions })
      joiners.push({ role: name, person: someone(person) })
      return builder
    },
    build: () => build(support, owners[0] ?? someone(), joiners, customRoles),
  }
  return builder
}

async function build(
  support: Support,
  creator: Person,
  joiners: readonly Joiner[],
  customRoles: readonly CustomRole[],
): Promise<TestWorkspace> {
  const { mutate, neutralToken, tokenFor } = support
  const created = await mutate(
    neutralToken(creator),
    'createWorkspace',
    { name: `Workspace ${newId('event').slice(-6)}` },
    'workspace { id slug }',
  )
  const { id, slug } = created.workspace
  for (const role of customRoles) {
    await mutate(await tokenFor(creator, id), 'createRole', role, 'role { id }')
  }
  const roles = await rolesOf(support, id)
  const others: TestMember[] = []
  for (const { role, person } of joiners) {
    others.push(await join(support, id, person, roles[role] ?? ''))
  }
  const owner = await memberOf(support, id, creator)
  return { id, slug, roles, owner, others }
}

async function rolesOf({ database }: Support, tenantId: string): Promise<Record<string, string>> {
  const rows = await database.asAdmin<{ id: string; name: string }>(
    'select id, name from tenancy.roles where tenant_id = $1',
    [tenantId],
  )
  return Object.fromEntries(rows.map(({ id, name }) => [name, id]))
}

/** Past the invitation, which is somebody else's story. */
async function join(
  support: Support,
  tenantId: string,
  person: Person,
  roleId: string,
): Promise<TestMember> {
  await support.database.asAdmin(
    `insert into tenancy.memberships (id, tenant_id, user_id, role_id, joined_at)
     values ($1, $2, $3, $4, $5)`,
    [newId('member'), tenantId, person.id, roleId, support.clock.now()],
  )
  return memberOf(support, tenantId, person)
}

async function memberOf(
  { database, tokenFor }: Support,
  tenantId: string,
  person: Person,
): Promise<TestMember> {
  const [row] = await database.asAdmin<{ id: IdOf<'member'>; role_id: string }>(
    'select id, role_id from tenancy.memberships where tenant_id = $1 and user_id = $2',
    [tenantId, person.id],
  )
  if (!row) throw new Error('The person is no member.')
  return {
    person,
    memberId: row.id,
    roleId: row.role_id,
    token: () => tokenFor(person, tenantId),
  }
}
