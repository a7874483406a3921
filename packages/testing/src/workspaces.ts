import type { IdOf } from '@logicspike/ids'
import { randomToken } from '@logicspike/secrets'
import type { MailedTokens } from './mailed-tokens.ts'
import type { Person } from './people.ts'
import type { PlatformHttp } from './platform-http.ts'

export type TemplateRoleName = 'Owner' | 'Admin' | 'Member'

export type Member = Person & { readonly memberId: IdOf<'member'>; readonly role: string }

/** A workspace and the people in it, by the part they were given. */
export type TestWorkspace = {
  readonly id: IdOf<'workspace'>
  readonly slug: string
  readonly owner: Member
  readonly admin: Member
  readonly member: Member
  /** Role ids by name. */
  readonly roles: Readonly<Record<string, IdOf<'role'>>>
  /** Invites somebody by mail, with a template or a custom role, who signs up where needed and accepts. */
  join(role: TemplateRoleName | IdOf<'role'>, person?: Person): Promise<Member>
}

export type WorkspaceBuilder = PromiseLike<TestWorkspace> & {
  withOwner(person: Person): WorkspaceBuilder
  withAdmin(): WorkspaceBuilder
  withMember(): WorkspaceBuilder
}

type Deps = {
  http: PlatformHttp
  mailed: Pick<MailedTokens, 'tokenMailedTo'>
  aPerson: () => Promise<Person>
}

const CREATE = `mutation ($input: CreateWorkspaceInput!) {
  createWorkspace(input: $input) { workspace { id slug } userErrors { __typename ... on UserError { message } } }
}`
const ROLES = '{ roles { id name } viewer { member { id } } }'
const INVITE = `mutation ($input: InviteMemberInput!) {
  inviteMember(input: $input) { userErrors { __typename ... on UserError { message } } }
}`
const ACCEPT = `mutation ($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) { workspace { id } userErrors { __typename ... on UserError { message } } }
}`

/** Awaiting the builder builds: `await platform.aWorkspace().withAdmin()`. */
export function aWorkspaceBuilder(
  deps: Deps,
  wanted: { owner?: Person; admin?: true; member?: true } = {},
): WorkspaceBuilder {
  const next = (more: typeof wanted) => aWorkspaceBuilder(deps, { ...wanted, ...more })
  let built: Promise<TestWorkspace> | undefined
  return {
    withOwner: (owner) => next({ owner }),
    withAdmin: () => next({ admin: true }),
    withMember: () => next({ member: true }),
    // biome-ignore lint/suspicious/noThenProperty: a builder is awaited like the workspace it builds
    then(onBuilt, onFailed) {
      built ??= build(deps, wanted)
      return built.then(onBuilt, onFailed)
    },
  }
}

async function build(
  deps: Deps,
  wanted: { owner?: Person; admin?: true; member?: true },
): Promise<TestWorkspace> {
  const { http } = deps
  const person = wanted.owner ?? (await deps.aPerson())
  const name = `Workspace ${randomToken(6)}`
  const { createWorkspace } = await http.must(CREATE, { input: { name } }, person.token)
  const { id, slug } = createWorkspace.workspace
  const { roles: list, viewer } = await http.must(ROLES, {}, await person.tokenFor(id))
  const roles = rolesByName(list)
  const owner: Member = { ...person, memberId: viewer.member.id, role: 'Owner' }
  const join = (role: TemplateRoleName | IdOf<'role'>, who?: Person) =>
    joinAs(deps, { id, roles, owner }, role, who)
  const admin = wanted.admin ? await join('Admin') : absent('admin')
  const member = wanted.member ? await join('Member') : absent('member')
  return { id, slug, roles, join, owner, admin, member }
}

function rolesByName(roles: { id: IdOf<'role'>; name: string }[]) {
  return Object.fromEntries(roles.map(({ id, name }) => [name, id]))
}

async function joinAs(
  { http, mailed, aPerson }: Deps,
  { id, roles, owner }: Pick<TestWorkspace, 'id' | 'roles' | 'owner'>,
  role: TemplateRoleName | IdOf<'role'>,
  who?: Person,
): Promise<Member> {
  const person = who ?? (await aPerson())
  const input = { email: person.email, roleId: roles[role] ?? role }
  await http.must(INVITE, { input }, await owner.tokenFor(id))
  const token = await mailed.tokenMailedTo(person.email)
  await http.must(ACCEPT, { input: { token } }, person.token)
  const { viewer } = await http.must('{ viewer { member { id } } }', {}, await person.tokenFor(id))
  return { ...person, memberId: viewer.member.id, role }
}

/** Fails where a test uses somebody it did not ask for, with a hint. */
function absent(part: 'admin' | 'member'): Member {
  const hint = `This workspace has no ${part}: build it with .with${part === 'admin' ? 'Admin' : 'Member'}().`
  return new Proxy({} as Member, {
    get: () => {
      throw new Error(hint)
    },
  })
}
