import { describe, expect, test } from '@jest/globals'
import { refusals, useInvitations } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const { invite, invited, accept, lettersTo, tokenMailedTo } = useInvitations(tenancy)

const countOf = async (workspaceId: string, email: string): Promise<number> => {
  const rows = await tenancy.database.asAdmin(
    'select from tenancy.invitations where tenant_id = $1 and email = $2',
    [workspaceId, email],
  )
  return rows.length
}

describe('inviteMember', () => {
  test('mails a letter to the address and shows the invitation without its token', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const payload = await tenancy.mutate(
      await workspace.owner.token(),
      'inviteMember',
      { email: ' New.Person@Example.com', roleId },
      `invitation {
        id email status role { name } sponsor { id } createdAt sentAt expiresAt
        viewerCanResend viewerCanRevoke
      }`,
    )
    expect(payload.userErrors).toEqual([])
    const now = tenancy.clock.now()
    expect(payload.invitation).toEqual({
      id: expect.stringMatching(/^ivt_[0-9a-z]{26}$/),
      email: 'new.person@example.com',
      status: 'PENDING',
      role: { name: 'Member' },
      sponsor: { id: workspace.owner.memberId },
      createdAt: now.toISOString(),
      sentAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + 7 * 86_400_000).toISOString(),
      viewerCanResend: true,
      viewerCanRevoke: true,
    })
    const token = await tokenMailedTo('new.person@example.com')
    expect(token.startsWith(`${workspace.id}.`)).toBe(true)
    expect(JSON.stringify(payload)).not.toContain(token)
    expect(await tenancy.eventsOf(payload.invitation.id)).toEqual(['invitation.created'])
  })

  test('answers the same for an address with an account and one without', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const known = await invite(workspace.owner, tenancy.aPerson().email, roleId)
    const unknown = await invite(workspace.owner, 'nobody.at.all@example.com', roleId)
    for (const payload of [known, unknown]) {
      expect(payload).toEqual({
        invitation: { id: expect.any(String), email: expect.any(String), status: 'PENDING' },
        userErrors: [],
      })
    }
  })

  test('asks identity nothing, so that it works while identity is down', async () => {
    const workspace = await tenancy.aWorkspace().build()
    tenancy.identity.reachable = false
    const payload = await invite(workspace.owner, 'later@example.com', workspace.roles.Member ?? '')
    tenancy.identity.reachable = true
    expect(refusals(payload)).toEqual([])
  })

  test.each([
    ['no address', 'ada'],
    ['two addresses', 'ada@example.com, eve@example.com'],
    ['a header', 'ada@example.com\r\nBcc: eve@example.com'],
    ['nothing', ''],
  ])('refuses %s', async (_, email) => {
    const workspace = await tenancy.aWorkspace().build()
    const payload = await invite(workspace.owner, email, workspace.roles.Member ?? '')
    expect(payload.userErrors).toEqual([
      expect.objectContaining({ __typename: 'InvalidInputError', path: ['email'] }),
    ])
  })

  test('refuses a key that cannot be kept', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    for (const idempotencyKey of ['', 'x'.repeat(101), 'a\0b']) {
      const payload = await invite(workspace.owner, 'a@example.com', roleId, { idempotencyKey })
      expect(payload.userErrors).toMatchObject([{ path: ['idempotencyKey'] }])
    }
  })

  test('with the same key invites once, also when sent at once', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const email = tenancy.aPerson().email
    const payloads = await Promise.all(
      Array.from({ length: 5 }, () =>
        invite(workspace.owner, email, roleId, { idempotencyKey: 'once' }),
      ),
    )
    expect(payloads.flatMap(refusals)).toEqual([])
    expect(new Set(payloads.map(({ invitation }) => invitation.id)).size).toBe(1)
    expect(await lettersTo(email)).toBe(1)
  })

  test('invites an address once at a time, also when asked at once and in another case', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const { email } = tenancy.aPerson()
    const payloads = await Promise.all(
      [email, email.toUpperCase(), ` ${email}`].map((it) => invite(workspace.owner, it, roleId)),
    )
    expect(payloads.flatMap(refusals)).toEqual(['AlreadyInvitedError', 'AlreadyInvitedError'])
    expect(await countOf(workspace.id, email)).toBe(1)
    expect(await lettersTo(email)).toBe(1)
  })

  test('names the open invitation, so that it can be sent again', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const { id } = await invited(workspace.owner, 'twice@example.com', roleId)
    const { data } = await tenancy.ask(
      await workspace.owner.token(),
      `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) {
        userErrors { ... on AlreadyInvitedError { path invitation { id } } }
      } }`,
      { input: { email: 'twice@example.com', roleId } },
    )
    expect(data.inviteMember.userErrors).toEqual([{ path: ['email'], invitation: { id } }])
  })

  test('invites anew once the first invitation has expired', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const person = tenancy.aPerson()
    const first = await invited(workspace.owner, person.email, roleId)
    tenancy.clock.advance(8 * 86_400)
    const second = await invited(workspace.owner, person.email, roleId)
    expect(second.id).not.toBe(first.id)
    expect(refusals(await accept(person, first.token))).toEqual(['InvitationNotUsableError'])
    expect(refusals(await accept(person, second.token))).toEqual([])
  })

  test('two workspaces may invite one address, and learn nothing of each other', async () => {
    const [one, two] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    const { email } = tenancy.aPerson()
    expect(refusals(await invite(one.owner, email, one.roles.Member ?? ''))).toEqual([])
    expect(refusals(await invite(two.owner, email, two.roles.Member ?? ''))).toEqual([])
  })
})

describe('I5 rank', () => {
  test('I5 an Admin invites Admins and Members, but no Owner', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const [admin] = workspace.others
    if (!admin) throw new Error('unreachable')
    const outcomes = await Promise.all(
      ['Owner', 'Admin', 'Member'].map((role) =>
        invite(admin, `${role}.${admin.memberId}@example.com`, workspace.roles[role] ?? ''),
      ),
    )
    expect(outcomes.map(refusals)).toEqual([['RoleOutOfReachError'], [], []])
    expect(outcomes[0].userErrors[0].path).toEqual(['roleId'])
  })

  test('I5 nobody invites with permissions that they lack', async () => {
    const inviter = ['tenancy:members.invite', 'tenancy:members.read', 'tenancy:workspace.read']
    const workspace = await tenancy
      .aWorkspace()
      .withRole('Recruiter', inviter)
      .withRole('Janitor', ['tenancy:members.remove'])
      .build()
    const [recruiter] = workspace.others
    if (!recruiter) throw new Error('unreachable')
    const { roles } = workspace
    const reach = async (role: string) =>
      refusals(await invite(recruiter, `${role}@example.com`, roles[role] ?? ''))
    expect(await reach('Recruiter')).toEqual([])
    expect(await reach('Janitor')).toEqual(['RoleOutOfReachError'])
    expect(await reach('Member')).toEqual(['RoleOutOfReachError'])
  })

  test.each(['inviteMember', 'resendInvitation', 'revokeInvitation'])(
    'I5 a Member may not %s',
    async (name) => {
      const workspace = await tenancy.aWorkspace().withMember().build()
      const [member] = workspace.others
      const input =
        name === 'inviteMember' ? { email: 'a@example.com', roleId: 'x' } : { invitationId: 'x' }
      await expect(
        tenancy.mutate((await member?.token()) ?? '', name, input, 'invitation { id }'),
      ).rejects.toThrow('FORBIDDEN')
    },
  )

  test('I5 a token from before a demotion invites nobody any more', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const [admin] = workspace.others
    const token = (await admin?.token()) ?? ''
    const demotion = { memberId: admin?.memberId, roleId: workspace.roles.Member }
    await tenancy.mutate(
      await workspace.owner.token(),
      'changeMemberRole',
      demotion,
      'member { id }',
    )
    const input = { email: 'a@example.com', roleId: workspace.roles.Member }
    await expect(tenancy.mutate(token, 'inviteMember', input, 'invitation { id }')).rejects.toThrow(
      'FORBIDDEN',
    )
  })
})

describe('I8 ids of another workspace', () => {
  test('I8 its roles do not exist here', async () => {
    const here = await tenancy.aWorkspace().build()
    const there = await tenancy.aWorkspace().build()
    await expect(
      invite(here.owner, 'somebody@example.com', there.roles.Member ?? ''),
    ).rejects.toThrow('NOT_FOUND')
  })

  test.each(['resendInvitation', 'revokeInvitation'])(
    'I8 %s does not find its invitations, and leaves them as they were',
    async (name) => {
      const here = await tenancy.aWorkspace().build()
      const there = await tenancy.aWorkspace().build()
      const person = tenancy.aPerson()
      const { id, token } = await invited(there.owner, person.email, there.roles.Member ?? '')
      const foreign = tenancy.mutate(
        await here.owner.token(),
        name,
        { invitationId: id },
        'invitation { id }',
      )
      await expect(foreign).rejects.toThrow('NOT_FOUND')
      expect(refusals(await accept(person, token))).toEqual([])
    },
  )
})
