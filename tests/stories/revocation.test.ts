import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Member, type TestWorkspace, usePlatform } from '@logicspike/testing'

const platform = usePlatform()
const WHO = '{ viewer { user { id } } }'
const OWN_ENTITY = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id } } }`

/** Whether each service takes a token: the gateway from outside, subgraphs from the gateway's side. */
async function whoAccepts(token: string): Promise<Record<string, boolean>> {
  const { graphql, platform: parts, gatewayKeys } = platform()
  const headers = { 'x-gateway-key': gatewayKeys.gateway, authorization: `Bearer ${token}` }
  const [edge, identity, tenancy] = await Promise.all([
    graphql(WHO, {}, { token }),
    parts.identity.server.executeInProcess({
      query: OWN_ENTITY,
      variables: { representations: [] },
      headers,
    }),
    parts.tenancy.server.executeInProcess({ query: WHO, headers }),
  ])
  return {
    gateway: edge.errors.length === 0,
    identity: !identity.result.errors,
    tenancy: !tenancy.result.errors,
  }
}

const everywhere = { gateway: true, identity: true, tenancy: true }
const nowhere = { gateway: false, identity: false, tenancy: false }

const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { userErrors { __typename } } }`
const bare = (name: string) => `mutation { ${name} { userErrors { __typename } } }`

type Case = [string, (workspace: TestWorkspace, member: Member) => Promise<unknown>]

const narrowings: Case[] = [
  [
    'a member is removed',
    async ({ owner, id }, { memberId }) =>
      owner.ask(mutation('removeMember', 'RemoveMemberInput'), { input: { memberId } }, id),
  ],
  ['a member leaves', async ({ id }, member) => member.ask(bare('leaveWorkspace'), {}, id)],
  [
    'the member is given a narrower role',
    async ({ owner, id }, { memberId }) => {
      const role = { name: 'Helper', permissions: ['tenancy:members.read', 'tenancy:roles.read'] }
      const { data } = await owner.ask(
        `mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { id } userErrors { __typename } } }`,
        { input: role },
        id,
      )
      const roleId = data.createRole.role.id
      const change = { input: { memberId, roleId } }
      return owner.ask(mutation('changeMemberRole', 'ChangeMemberRoleInput'), change, id)
    },
  ],
  [
    'the workspace is suspended',
    async ({ owner, id }) => owner.ask(bare('suspendWorkspace'), {}, id),
  ],
  [
    'the session is signed out',
    async (_, member) => member.ask(mutation('signOut', 'SignOutInput'), { input: {} }),
  ],
  [
    'the password is changed on another device',
    async (_, member) => {
      const { must, graphql } = platform()
      const { signIn } = await must(
        `mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { __typename } } }`,
        { input: { email: member.email, password: member.password, delivery: 'PAYLOAD' } },
      )
      const input = { currentPassword: member.password, newPassword: 'another long phrase 4711' }
      const token = signIn.tokens.accessToken
      return graphql(mutation('changePassword', 'ChangePasswordInput'), { input }, { token })
    },
  ],
]

describe('S8: a token is refused by every service once', () => {
  let workspace: TestWorkspace

  beforeAll(async () => {
    workspace = await platform().aWorkspace()
  })

  test.each(narrowings)('%s', async (_, narrow) => {
    const ownWorkspace = await platform().aWorkspace()
    const member = await ownWorkspace.join('Member')
    const token = await member.tokenFor(ownWorkspace.id)
    const bystander = await workspace.owner.tokenFor(workspace.id)
    expect(await whoAccepts(token)).toEqual(everywhere)

    const answer = (await narrow(ownWorkspace, member)) as { errors: unknown[]; data: object }
    expect(answer.errors).toEqual([])
    expect(JSON.stringify(answer.data)).toContain('"userErrors":[]')
    await platform().learnRevocations()

    expect(await whoAccepts(token)).toEqual(nowhere)
    expect(await whoAccepts(bystander)).toEqual(everywhere)
  })
})
