import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { randomToken, sha256 } from '@logicspike/secrets'
import { useInvitations } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const { invited, accept } = useInvitations(tenancy)

const LIST = `query ($first: Int, $after: String) { invitations(first: $first, after: $after) {
  edges { cursor node {
    id email status createdAt sentAt expiresAt viewerCanResend viewerCanRevoke
    role { id name } sponsor { id user { id } }
  } }
  pageInfo { hasNextPage hasPreviousPage endCursor }
} }`

const PREVIEW = `query ($token: String!) {
  invitationPreview(token: $token) { workspaceName roleName expiresAt }
}`

type Edge = { node: { id: string; status: string; viewerCanResend: boolean } }

describe('I7 the list of invitations', () => {
  test('I7 shows neither tokens nor their hashes', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const { email } = tenancy.aPerson()
    const { token } = await invited(workspace.owner, email, workspace.roles.Member ?? '')
    const { data, codes } = await tenancy.ask(await workspace.owner.token(), LIST)
    expect(codes).toEqual([])
    const text = JSON.stringify(data)
    expect(text).toContain(email)
    expect(text).not.toContain(token.split('.')[1])
    expect(text).not.toContain(sha256(token))
  })

  test('I7 has no field that could show one', async () => {
    const { data } = await tenancy.ask(
      tenancy.neutralToken(tenancy.aPerson()),
      '{ __type(name: "Invitation") { fields { name } } }',
    )
    const names = data.__type.fields.map(({ name }: { name: string }) => name)
    expect(names.filter((name: string) => /token|hash|secret|link|url/i.test(name))).toEqual([])
  })

  test('I7 says of each what has become of it, page by page', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const expired = await invited(workspace.owner, tenancy.aPerson().email, roleId)
    tenancy.clock.advance(8 * 86_400)
    const person = tenancy.aPerson()
    const accepted = await invited(workspace.owner, person.email, roleId)
    await accept(person, accepted.token)
    const open = await invited(workspace.owner, tenancy.aPerson().email, roleId)

    const token = await workspace.owner.token()
    const first = (await tenancy.ask(token, LIST, { first: 2 })).data.invitations
    const { endCursor: after } = first.pageInfo
    const second = (await tenancy.ask(token, LIST, { first: 2, after })).data.invitations
    const nodes = [...first.edges, ...second.edges].map(({ node }: Edge) => node)
    expect(nodes.map(({ id, status, viewerCanResend }) => [id, status, viewerCanResend])).toEqual([
      [expired.id, 'EXPIRED', true],
      [accepted.id, 'ACCEPTED', false],
      [open.id, 'PENDING', true],
    ])
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  })

  test('I7 is for those who may invite, and of their own workspace only', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    await invited(workspace.owner, tenancy.aPerson().email, workspace.roles.Member ?? '')
    const [member] = workspace.others
    expect((await tenancy.ask((await member?.token()) ?? '', LIST)).codes).toEqual(['FORBIDDEN'])
    const other = await tenancy.aWorkspace().build()
    const { data } = await tenancy.ask(await other.owner.token(), LIST)
    expect(data.invitations.edges).toEqual([])
  })

  test('I7 refuses a cursor of another workspace', async () => {
    const [one, two] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    await invited(one.owner, tenancy.aPerson().email, one.roles.Member ?? '')
    const { data } = await tenancy.ask(await one.owner.token(), LIST)
    const after = data.invitations.pageInfo.endCursor
    const { codes } = await tenancy.ask(await two.owner.token(), LIST, { after })
    expect(codes).toEqual(['BAD_USER_INPUT'])
  })
})

describe('invitationPreview', () => {
  test('tells the holder of a token, signed in or not, which workspace and role', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const { token } = await invited(
      workspace.owner,
      tenancy.aPerson().email,
      workspace.roles.Admin ?? '',
    )
    const { data, codes } = await tenancy.ask(null, PREVIEW, { token })
    expect(codes).toEqual([])
    expect(data.invitationPreview).toEqual({
      workspaceName: expect.stringMatching(/^Workspace /),
      roleName: 'Admin',
      expiresAt: expect.any(String),
    })
  })

  test('is null for every token that leads nowhere', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const person = tenancy.aPerson()
    const used = await invited(workspace.owner, person.email, workspace.roles.Member ?? '')
    await accept(person, used.token)
    const closed = await tenancy.aWorkspace().build()
    const toClosed = await invited(closed.owner, person.email, closed.roles.Member ?? '')
    await tenancy.mutate(await closed.owner.token(), 'suspendWorkspace', null, 'workspace { id }')
    const tokens = [
      '',
      'x',
      used.token,
      toClosed.token,
      `${workspace.id}.${randomToken()}`,
      `${newId('workspace')}.${randomToken()}`,
    ]
    for (const token of tokens) {
      const { data, codes } = await tenancy.ask(null, PREVIEW, { token })
      expect([data, codes]).toEqual([{ invitationPreview: null }, []])
    }
  })
})
