import { newId } from '@logicspike/ids'
import type { createServices, Person, TestWorkspace } from '@logicspike/testing/platform'
import type { Client } from 'pg'

type Services = Awaited<ReturnType<typeof createServices>>

/** Something that takes access away, again and again. */
export type Narrowing = {
  readonly name: string
  /** Gives access (back), and resolves with a token that has it. */
  grant(): Promise<string>
  /** Takes it away. Resolves when that is answered. */
  narrow(): Promise<void>
}

/** Where it happens, and who it happens to. */
export type Scene = {
  readonly platform: Services
  readonly workspace: TestWorkspace
  readonly member: Person
  /** The one database of all services, as its administrator. */
  readonly admin: Client
}

const ERRORS = 'userErrors { __typename ... on UserError { message } }'
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { tokens { accessToken } ${ERRORS} } }`
const SWITCH = `mutation ($input: SwitchWorkspaceInput!) {
  switchWorkspace(input: $input) { tokens { accessToken } ${ERRORS} } }`
const REMOVE = `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { ${ERRORS} } }`
const SIGN_OUT = `mutation ($input: SignOutInput!) { signOut(input: $input) { ${ERRORS} } }`
const CREATE_ROLE = `mutation ($input: CreateRoleInput!) {
  createRole(input: $input) { role { id } ${ERRORS} } }`
const UPDATE_ROLE = `mutation ($input: UpdateRoleInput!) { updateRole(input: $input) { ${ERRORS} } }`

const WIDE = ['tenancy:members.read', 'tenancy:roles.read']
const NARROW = ['tenancy:members.read']

/** The three of the promise: remove a member, revoke a session, narrow a role. */
export async function narrowingsOf(scene: Scene): Promise<Narrowing[]> {
  const { must } = scene.platform
  const { workspace, member } = scene
  const input = { name: 'Helper', permissions: WIDE }
  const { createRole } = await must(CREATE_ROLE, { input }, await ownerToken(scene))
  return [
    {
      name: 'remove a member',
      async grant() {
        await takeIn(scene, workspace.roles.Member ?? '')
        return tokenOf(scene, await signIn(scene, member))
      },
      async narrow() {
        const memberId = await memberIdOf(scene)
        await must(REMOVE, { input: { memberId } }, await ownerToken(scene))
      },
    },
    revokingSessions(scene),
    {
      name: 'narrow a role',
      async grant() {
        await takeIn(scene, createRole.role.id)
        const patch = { permissions: WIDE }
        await must(
          UPDATE_ROLE,
          { input: { id: createRole.role.id, patch } },
          await ownerToken(scene),
        )
        return tokenOf(scene, await signIn(scene, member))
      },
      async narrow() {
        const patch = { permissions: NARROW }
        await must(
          UPDATE_ROLE,
          { input: { id: createRole.role.id, patch } },
          await ownerToken(scene),
        )
      },
    },
  ]
}

function revokingSessions(scene: Scene): Narrowing {
  const { platform, workspace, member } = scene
  let session = ''
  return {
    name: 'revoke a session',
    async grant() {
      await takeIn(scene, workspace.roles.Member ?? '')
      session = await signIn(scene, member)
      return tokenOf(scene, session)
    },
    async narrow() {
      await platform.must(SIGN_OUT, { input: {} }, session)
    },
  }
}

/** A token of a new session. */
async function signIn({ platform }: Scene, { email, password }: Person): Promise<string> {
  const input = { email, password, delivery: 'PAYLOAD' }
  const { signIn: signedIn } = await platform.must(SIGN_IN, { input })
  return signedIn.tokens.accessToken
}

async function tokenOf({ platform, workspace }: Scene, token: string): Promise<string> {
  const input = { workspaceId: workspace.id }
  const { switchWorkspace } = await platform.must(SWITCH, { input }, token)
  return switchWorkspace.tokens.accessToken
}

const ownerToken = async (scene: Scene): Promise<string> =>
  tokenOf(scene, await signIn(scene, scene.workspace.owner))

/** Makes the person a member with a role, past the invitation, which is not what is measured. */
async function takeIn({ admin, workspace, member }: Scene, roleId: string): Promise<void> {
  await admin.query(
    `insert into tenancy.memberships (id, tenant_id, user_id, role_id, joined_at)
     values ($1, $2, $3, $4, now())
     on conflict (tenant_id, user_id) do update set role_id = excluded.role_id`,
    [newId('member'), workspace.id, member.id, roleId],
  )
}

async function memberIdOf({ admin, workspace, member }: Scene): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    'select id from tenancy.memberships where tenant_id = $1 and user_id = $2',
    [workspace.id, member.id],
  )
  return rows[0]?.id ?? ''
}
