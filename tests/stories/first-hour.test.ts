import { describe, expect, test } from '@jest/globals'
import { usePlatform } from '@logicspike/testing'

const platform = usePlatform()

/** What a token says, read as a client may: the signature is the services' business. */
function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
const scopeOf = (token: string) => String(claimsOf(token).scope).split(' ')

const MEMBERS =
  '{ members(first: 10) { edges { node { id role { name } user { displayName } } } } }'
const CHANGE_ROLE = `mutation ($input: ChangeMemberRoleInput!) {
  changeMemberRole(input: $input) { member { role { name } } userErrors { __typename } }
}`
const REMOVE = `mutation ($input: RemoveMemberInput!) {
  removeMember(input: $input) { userErrors { __typename } }
}`

describe('the first hour of a workspace', () => {
  test('two people meet in a workspace, one is promoted, then removed and refused', async () => {
    const { aPerson, aWorkspace, must, graphql, learnRevocations } = platform()
    const ann = await aPerson({ displayName: 'Ann' })
    const ben = await aPerson({ displayName: 'Ben' })
    const workspace = await aWorkspace().withOwner(ann)
    const { memberId } = await workspace.join('Member', ben)

    const asOwner = await ann.tokenFor(workspace.id)
    const { members } = await must(MEMBERS, {}, asOwner)
    const people = members.edges.map(
      ({ node }: { node: { user: { displayName: string } } }) => node.user.displayName,
    )
    expect(people.toSorted()).toEqual(['Ann', 'Ben'])

    const asMember = await ben.tokenFor(workspace.id)
    expect(scopeOf(asMember)).not.toContain('tenancy:members.invite')
    const change = { input: { memberId, roleId: workspace.roles.Admin } }
    const { changeMemberRole } = await must(CHANGE_ROLE, change, asOwner)
    expect(changeMemberRole.member.role.name).toBe('Admin')

    await learnRevocations()
    expect((await graphql(MEMBERS, {}, { token: asMember })).errors[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    )
    const asAdmin = await ben.tokenFor(workspace.id)
    expect(scopeOf(asAdmin)).toContain('tenancy:members.invite')

    await must(REMOVE, { input: { memberId } }, asOwner)
    await learnRevocations()
    const refused = await graphql(MEMBERS, {}, { token: asAdmin })
    expect(refused.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
    await expect(ben.tokenFor(workspace.id)).rejects.toThrow('WorkspaceNotAccessibleError')
    expect((await ben.ask('{ viewer { user { id } } }')).data.viewer.user.id).toBe(ben.id)
  })
})
