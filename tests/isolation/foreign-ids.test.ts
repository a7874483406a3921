import { beforeAll, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { usePlatform } from '@logicspike/testing'
import { normalised } from './support/answers.ts'
import type { Reply } from './support/doors.ts'
import { everyTry, quickPasswords } from './support/identity-options.ts'
import { createRole, type FurnishedWorkspace, furnishWorkspace } from './support/victim.ts'

/* What belongs to another workspace, wherever an input has room for it; and what lists tell. */

const platform = usePlatform({ identity: { limits: everyTry, passwords: quickPasswords } })
let a: FurnishedWorkspace & { readonly roleName: string }
let b: FurnishedWorkspace

beforeAll(async () => {
  a = await furnishWorkspace(platform())
  b = await furnishWorkspace(platform())
})

const asB = async (query: string, variables: object): Promise<Reply> =>
  platform().graphql(query, variables, { token: await b.ownerToken() })

const codesOf = ({ errors }: Reply) => errors.map(({ extensions }) => extensions.code)

describe('an id of another workspace beside one of one’s own (T2)', () => {
  const CHANGE_ROLE = `mutation ($input: ChangeMemberRoleInput!) {
    changeMemberRole(input: $input) { member { id } userErrors { __typename } } }`
  const INVITE = `mutation ($input: InviteMemberInput!) {
    inviteMember(input: $input) { invitation { id } userErrors { __typename } } }`

  test.each([
    [
      'a foreign role for a member of one’s own',
      CHANGE_ROLE,
      (roleId: string) => ({ memberId: b.objects.memberId, roleId }),
    ],
    [
      'a foreign role in an invitation',
      INVITE,
      (roleId: string) => ({ email: 'friend@example.com', roleId }),
    ],
  ])('%s is answered like one that never existed', async (_, mutation, input) => {
    const foreign = { input: input(a.objects.roleId) }
    const unknown = { input: input(newId('role')) }
    const reply = await asB(mutation, foreign)
    expect(codesOf(reply)).toEqual(['NOT_FOUND'])
    expect(normalised(reply, foreign)).toBe(normalised(await asB(mutation, unknown), unknown))
  })

  test('a foreign member for a role of one’s own is answered like one that never existed', async () => {
    const foreign = { input: { memberId: a.objects.memberId, roleId: b.objects.memberRoleId } }
    const unknown = { input: { memberId: newId('member'), roleId: b.objects.memberRoleId } }
    const reply = await asB(CHANGE_ROLE, foreign)
    expect(codesOf(reply)).toEqual(['NOT_FOUND'])
    expect(normalised(reply, foreign)).toBe(normalised(await asB(CHANGE_ROLE, unknown), unknown))
  })
})

describe('a cursor of another’s list (T2)', () => {
  const LISTS: Record<string, string> = {
    members:
      'query ($after: String) { members(first: 1, after: $after) { edges { cursor node { id } } } }',
    invitations:
      'query ($after: String) { invitations(first: 1, after: $after) { edges { cursor node { id } } } }',
  }

  test.each(Object.entries(LISTS))('%s: leads nowhere', async (list, query) => {
    const ofA = await platform().must(query, {}, await a.ownerToken())
    const after = ofA[list].edges[0].cursor
    const reply = await asB(query, { after })
    expect(codesOf(reply)).toEqual(['BAD_USER_INPUT'])
    expect(JSON.stringify(reply)).not.toContain(ofA[list].edges[0].node.id)
    const nonsense = await asB(query, { after: 'nonsense' })
    expect(normalised(reply, { after })).toBe(normalised(nonsense, { after: 'nonsense' }))
  })

  test('memberships: leads nowhere', async () => {
    const query = `query ($after: String) {
      viewer { memberships(first: 1, after: $after) { edges { cursor } } } }`
    const { viewer } = await platform().must(query, {}, await a.ownerToken())
    const { after } = { after: viewer.memberships.edges[0].cursor }
    expect(codesOf(await asB(query, { after }))).toEqual(['BAD_USER_INPUT'])
  })

  test('sessions: never shows another’s session', async () => {
    const query = `query ($after: String) {
      viewer { user { id sessions(first: 20, after: $after) { edges { cursor node { id } } } } } }`
    const { viewer } = await platform().must(query, {}, a.workspace.owner.token)
    const [own] = viewer.user.sessions.edges
    const reply = await asB(query, { after: own.cursor })
    expect(JSON.stringify(reply)).not.toContain(own.node.id)
  })
})

describe('lists, counts and uniqueness (T3)', () => {
  test('lists hold what is in the workspace of the token, and nothing else', async () => {
    const { data } = await asB(
      `{ members(first: 100) { edges { node { id } } } roles { id }
         invitations(first: 100) { edges { node { id } } }
         viewer { memberships(first: 100) { edges { node { workspace { id } } } } } }`,
      {},
    )
    const idsOf = (connection: { edges: { node: { id: string } }[] }) =>
      connection.edges.map(({ node }) => node.id).toSorted()
    expect(idsOf(data.members)).toEqual([b.workspace.owner.memberId, b.objects.memberId].toSorted())
    expect(idsOf(data.invitations)).toHaveLength(2)
    expect(idsOf(data.invitations)).toContain(b.objects.invitationId)
    expect(data.roles.map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [...Object.values(b.workspace.roles), b.objects.roleId].toSorted(),
    )
    expect(data.viewer.memberships.edges).toEqual([{ node: { workspace: { id: b.workspace.id } } }])
  })

  test('a role may be called as one in another workspace is', async () => {
    const name = a.roleName
    const CREATE = `mutation ($input: CreateRoleInput!) {
      createRole(input: $input) { role { name } userErrors { __typename } } }`
    const reply = await asB(CREATE, { input: { name, permissions: [] } })
    expect(reply.data.createRole).toEqual({ role: { name }, userErrors: [] })
  })

  test('an address may be invited that another workspace has invited', async () => {
    const INVITE = `mutation ($input: InviteMemberInput!) {
      inviteMember(input: $input) { invitation { email } userErrors { __typename } } }`
    const input = { email: a.invitee.email, roleId: b.objects.memberRoleId }
    const reply = await asB(INVITE, { input })
    expect(reply.data.inviteMember).toEqual({ invitation: { email: input.email }, userErrors: [] })
  })

  test('an idempotency key of another workspace or person replays nothing of theirs', async () => {
    const INVITE = `mutation ($input: InviteMemberInput!) {
      inviteMember(input: $input) { invitation { id } userErrors { __typename } } }`
    const CREATE = `mutation ($input: CreateWorkspaceInput!) {
      createWorkspace(input: $input) { workspace { id } userErrors { __typename } } }`
    const idempotencyKey = 'the same for both'
    const { must } = platform()
    const inviting = (workspace: FurnishedWorkspace, email: string) => ({
      input: { email, roleId: workspace.objects.memberRoleId, idempotencyKey },
    })
    const first = await must(INVITE, inviting(a, 'one@example.com'), await a.ownerToken())
    const second = await must(INVITE, inviting(b, 'two@example.com'), await b.ownerToken())
    expect(second.inviteMember.invitation.id).not.toBe(first.inviteMember.invitation.id)
    const named = { input: { name: 'Twice', idempotencyKey } }
    const one = await must(CREATE, named, a.workspace.owner.token)
    const two = await must(CREATE, named, b.workspace.owner.token)
    expect(two.createWorkspace.workspace.id).not.toBe(one.createWorkspace.workspace.id)
  })

  test('a handle in use is refused like one that is reserved', async () => {
    const CHANGE = `mutation ($input: ChangeWorkspaceSlugInput!) {
      changeWorkspaceSlug(input: $input) { workspace { slug } userErrors { __typename ... on UserError { message path } } } }`
    const taken = { input: { slug: a.workspace.slug } }
    const reserved = { input: { slug: 'admin' } }
    const reply = await asB(CHANGE, taken)
    expect(reply.data.changeWorkspaceSlug.userErrors[0].__typename).toBe('SlugTakenError')
    expect(normalised(reply, taken)).toBe(normalised(await asB(CHANGE, reserved), reserved))
  })

  test('a permission that somebody else registered for themselves can be given to no role', async () => {
    const role = createRole(platform(), await b.ownerToken(), ['blog:posts.write'])
    await expect(role).rejects.toThrow(/InvalidInputError|PermissionsNotHeldError/)
  })
})
