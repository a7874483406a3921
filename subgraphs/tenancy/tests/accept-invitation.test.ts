import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { randomToken } from '@logicspike/secrets'
import type { Person } from './support/fake-identity.ts'
import { refusals, useInvitations } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const { invited, accept, tokenMailedTo } = useInvitations(tenancy)

const DAY_SECONDS = 86_400

const rolesHeldBy = (person: Person, workspaceId: string) =>
  tenancy.database.asAdmin<{ role_id: string }>(
    'select role_id from tenancy.memberships where user_id = $1 and tenant_id = $2',
    [person.id, workspaceId],
  )

const statusOf = async (invitationId: string) => {
  const rows = await tenancy.database.asAdmin<{ status: string }>(
    'select status from tenancy.invitations where id = $1',
    [invitationId],
  )
  return rows[0]?.status
}

async function anInvitedPerson(role = 'Member', facts: Partial<Person> = {}) {
  const workspace = await tenancy.aWorkspace().withAdmin().build()
  const person = tenancy.aPerson(facts)
  const roleId = workspace.roles[role] ?? ''
  const invitation = await invited(workspace.owner, person.email, roleId)
  return { workspace, person, roleId, invitation }
}

describe('acceptInvitation', () => {
  test('makes the caller a member with the role offered', async () => {
    const { workspace, person, roleId, invitation } = await anInvitedPerson('Admin')
    const payload = await accept(person, invitation.token)
    expect(payload).toMatchObject({ workspace: { id: workspace.id }, userErrors: [] })
    expect(await rolesHeldBy(person, workspace.id)).toEqual([{ role_id: roleId }])
    await expect(tenancy.tokenFor(person, workspace.id)).resolves.toEqual(expect.any(String))
    expect(await tenancy.eventsOf(invitation.id)).toEqual([
      'invitation.created',
      'invitation.accepted',
    ])
  })

  test('takes a token of another workspace as well', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    const elsewhere = await tenancy.aWorkspace().withOwner(person).build()
    const payload = await tenancy.mutate(
      await elsewhere.owner.token(),
      'acceptInvitation',
      { token: invitation.token },
      'workspace { id }',
    )
    expect(payload.workspace).toEqual({ id: workspace.id })
  })

  test('needs a person: no token is UNAUTHENTICATED, a service is FORBIDDEN', async () => {
    const query = `mutation { acceptInvitation(input: { token: "x" }) { workspace { id } } }`
    expect((await tenancy.ask(null, query)).codes).toEqual(['UNAUTHENTICATED'])
    const service = tenancy.serviceToken('blog', [])
    expect((await tenancy.ask(service, query)).codes).toEqual(['FORBIDDEN'])
  })

  test('does nothing while identity cannot be asked', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    tenancy.identity.reachable = false
    await expect(accept(person, invitation.token)).rejects.toThrow('UPSTREAM_UNAVAILABLE')
    tenancy.identity.reachable = true
    expect(await rolesHeldBy(person, workspace.id)).toEqual([])
  })
})

describe('I1 whose invitation it is', () => {
  test('I1 another address is refused and the invitation stays open', async () => {
    const { workspace, invitation } = await anInvitedPerson()
    const stranger = tenancy.aPerson()
    const payload = await accept(stranger, invitation.token)
    expect(refusals(payload)).toEqual(['InvitationForAnotherAddressError'])
    expect(JSON.stringify(payload)).not.toContain('@')
    expect(await rolesHeldBy(stranger, workspace.id)).toEqual([])
    expect(await statusOf(invitation.id)).toBe('pending')
  })

  test('I1 an address that is not verified is refused, though it is the one invited', async () => {
    const { person, invitation } = await anInvitedPerson('Member', { emailVerified: false })
    expect(refusals(await accept(person, invitation.token))).toEqual(['InviteeNotVerifiedError'])
    person.emailVerified = true
    expect(refusals(await accept(person, invitation.token))).toEqual([])
  })

  test('I1 an account that cannot sign in is refused', async () => {
    const { person, invitation } = await anInvitedPerson('Member', { canSignIn: false })
    await expect(accept(person, invitation.token)).rejects.toThrow('UNAUTHENTICATED')
  })

  test('I1 case and blanks make no other address', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const person = tenancy.aPerson({ email: `Ada.${randomToken(6)}@Example.com` })
    const address = `  ${person.email.toUpperCase()} `
    const { token } = await invited(workspace.owner, address, workspace.roles.Member ?? '')
    expect(refusals(await accept(person, token))).toEqual([])
  })

  test('I1 a tagged address is another one, both ways', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const handle = newId('user').slice(-8)
    const plain = tenancy.aPerson({ email: `${handle}@example.com` })
    const tagged = tenancy.aPerson({ email: `${handle}+work@example.com` })
    const toTagged = await invited(workspace.owner, tagged.email, roleId)
    expect(refusals(await accept(plain, toTagged.token))).toEqual([
      'InvitationForAnotherAddressError',
    ])
    const toPlain = await invited(workspace.owner, plain.email, roleId)
    expect(refusals(await accept(tagged, toPlain.token))).toEqual([
      'InvitationForAnotherAddressError',
    ])
  })
})

describe('I2 tokens that are dead', () => {
  const unusable = ['InvitationNotUsableError']

  test('I2 one that was used is refused the second time', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    expect(refusals(await accept(person, invitation.token))).toEqual([])
    expect(refusals(await accept(person, invitation.token))).toEqual(unusable)
    expect(await rolesHeldBy(person, workspace.id)).toHaveLength(1)
  })

  test('I2 one that was used does not let a removed member back in', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    await accept(person, invitation.token)
    await tenancy.database.asAdmin('delete from tenancy.memberships where user_id = $1', [
      person.id,
    ])
    expect(refusals(await accept(person, invitation.token))).toEqual(unusable)
    expect(await rolesHeldBy(person, workspace.id)).toEqual([])
  })

  test('I2 one that has expired is refused, from its last moment on', async () => {
    const { person, invitation } = await anInvitedPerson()
    tenancy.clock.advance(7 * DAY_SECONDS)
    expect(refusals(await accept(person, invitation.token))).toEqual(unusable)
  })

  test('I2 one that was revoked is refused', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    const input = { invitationId: invitation.id }
    await tenancy.mutate(
      await workspace.owner.token(),
      'revokeInvitation',
      input,
      'invitation { id }',
    )
    expect(refusals(await accept(person, invitation.token))).toEqual(unusable)
  })

  test('I2 the old one is dead after a resend, the new one works', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    const input = { invitationId: invitation.id }
    await tenancy.mutate(
      await workspace.owner.token(),
      'resendInvitation',
      input,
      'invitation { id }',
    )
    expect(refusals(await accept(person, invitation.token))).toEqual(unusable)
    expect(refusals(await accept(person, await tokenMailedTo(person.email)))).toEqual([])
  })

  test('I2 unknown, malformed and foreign ones are refused alike', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    const other = await tenancy.aWorkspace().build()
    const secret = invitation.token.split('.')[1]
    const tokens = [
      '',
      'a word',
      `${workspace.id}.${randomToken()}`,
      `${newId('workspace')}.${randomToken()}`,
      `${other.id}.${secret}`,
      `${newId('workspace')}.${secret}`,
      tenancy.neutralToken(person),
    ]
    const payloads = await Promise.all(tokens.map((token) => accept(person, token)))
    expect(new Set(payloads.map((payload) => JSON.stringify(payload))).size).toBe(1)
    expect(refusals(payloads[0])).toEqual(unusable)
  })

  test('I2 the token itself is stored nowhere', async () => {
    const { invitation } = await anInvitedPerson()
    const rows = await tenancy.database.asAdmin<{ row: string }>(
      `select to_jsonb(i)::text as row from tenancy.invitations i
       union all select to_jsonb(o)::text from tenancy.outbox o
       union all select to_jsonb(m)::text from tenancy.mail_queue m`,
    )
    const secret = invitation.token.split('.')[1] ?? ''
    expect(rows.filter(({ row }) => row.includes(secret))).toEqual([])
  })
})

describe('I3 races and changes in between', () => {
  test('I3 twenty accepts at once make one member', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    const payloads = await Promise.all(
      Array.from({ length: 20 }, () => accept(person, invitation.token)),
    )
    expect(payloads.filter(({ workspace: joined }) => joined !== null)).toHaveLength(1)
    expect(await rolesHeldBy(person, workspace.id)).toHaveLength(1)
    expect(await tenancy.eventsOf(invitation.id)).toEqual([
      'invitation.created',
      'invitation.accepted',
    ])
  })

  test('I3 of accepting and revoking at once exactly one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { workspace, person, invitation } = await anInvitedPerson()
      const owner = await workspace.owner.token()
      const [accepted, revoked] = await Promise.all([
        accept(person, invitation.token),
        tenancy.mutate(
          owner,
          'revokeInvitation',
          { invitationId: invitation.id },
          'invitation { status }',
        ),
      ])
      const joined = accepted.workspace !== null
      expect(revoked.invitation === null).toBe(joined)
      expect(await rolesHeldBy(person, workspace.id)).toHaveLength(joined ? 1 : 0)
      expect(await statusOf(invitation.id)).toBe(joined ? 'accepted' : 'revoked')
    }
  })

  test('I3 of accepting and deleting the workspace at once, nobody is left half inside', async () => {
    const { workspace, person, invitation } = await anInvitedPerson()
    const owner = await workspace.owner.token()
    const [accepted] = await Promise.all([
      accept(person, invitation.token),
      tenancy.mutate(owner, 'deleteWorkspace', null, 'workspace { id }'),
    ])
    const joined = accepted.workspace !== null
    expect(await rolesHeldBy(person, workspace.id)).toHaveLength(joined ? 1 : 0)
    expect(await statusOf(invitation.id)).toBe(joined ? 'accepted' : 'pending')
    await expect(tenancy.tokenFor(person, workspace.id)).rejects.toThrow(
      joined ? 'deleted' : 'not-member',
    )
  })

  test.each(['suspendWorkspace', 'deleteWorkspace'])('I3 after %s nobody joins', async (name) => {
    const { workspace, person, invitation } = await anInvitedPerson()
    await tenancy.mutate(await workspace.owner.token(), name, null, 'workspace { id }')
    const payload = await accept(person, invitation.token)
    expect(refusals(payload)).toEqual(['WorkspaceNotActiveError'])
    expect(JSON.stringify(payload)).not.toMatch(/suspended|deleted/i)
    expect(await statusOf(invitation.id)).toBe('pending')
  })

  test('I3 a role that is gone is not given', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withRole('Reader', ['tenancy:members.read'])
      .build()
    const person = tenancy.aPerson()
    const { token } = await invited(workspace.owner, person.email, workspace.roles.Reader ?? '')
    await tenancy.database.asAdmin('delete from tenancy.memberships where role_id = $1', [
      workspace.roles.Reader,
    ])
    await tenancy.database.asAdmin('delete from tenancy.roles where id = $1', [
      workspace.roles.Reader,
    ])
    expect(refusals(await accept(person, token))).toEqual(['InvitationNotUsableError'])
  })
})

describe('I3 limits', () => {
  const small = useTenancy({ membersPerWorkspace: 2, workspacesPerUser: 2 })
  const inSmall = useInvitations(small)

  test('I3 of two accepts at once for the last place, one gets it', async () => {
    const workspace = await small.aWorkspace().build()
    const people = [small.aPerson(), small.aPerson()]
    const roleId = workspace.roles.Member ?? ''
    const tokens: string[] = []
    for (const { email } of people) {
      tokens.push((await inSmall.invited(workspace.owner, email, roleId)).token)
    }
    const payloads = await Promise.all(
      people.map((person, index) => inSmall.accept(person, tokens[index] ?? '')),
    )
    expect(payloads.flatMap(refusals)).toEqual(['MemberLimitReachedError'])
    const late = payloads.findIndex((payload) => payload.workspace === null)
    const [left] = await small.database.asAdmin<{ status: string }>(
      'select status from tenancy.invitations where email = $1',
      [people[late]?.email],
    )
    expect(left).toEqual({ status: 'pending' })
  })

  test('I3 of accepts into several workspaces at once, nobody exceeds their own limit', async () => {
    const person = small.aPerson()
    const tokens: string[] = []
    for (let count = 0; count < 4; count += 1) {
      const { owner, roles } = await small.aWorkspace().build()
      tokens.push((await inSmall.invited(owner, person.email, roles.Member ?? '')).token)
    }
    const payloads = await Promise.all(tokens.map((token) => inSmall.accept(person, token)))
    expect(payloads.flatMap(refusals)).toEqual([
      'WorkspaceLimitReachedError',
      'WorkspaceLimitReachedError',
    ])
  })
})

describe('I4 existing members', () => {
  test.each([
    ['a higher', 'Member', 'Admin'],
    ['a lower', 'Admin', 'Member'],
    ['the same', 'Member', 'Member'],
  ])('I4 who accepts %s role keeps the one they have', async (_, held, offered) => {
    const person = tenancy.aPerson()
    const builder = tenancy.aWorkspace()
    const workspace = await (held === 'Admin'
      ? builder.withAdmin(person)
      : builder.withMember(person)
    ).build()
    const roleId = workspace.roles[offered] ?? ''
    const invitation = await invited(workspace.owner, person.email, roleId)
    const payload = await accept(person, invitation.token)
    expect(refusals(payload)).toEqual(['AlreadyMemberError'])
    expect(await rolesHeldBy(person, workspace.id)).toEqual([{ role_id: workspace.roles[held] }])
    expect(await statusOf(invitation.id)).toBe('pending')
  })
})

describe('I6 the member who answers for it', () => {
  async function invitedByAdmin(role: string) {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const [admin] = workspace.others
    if (!admin) throw new Error('unreachable')
    const person = tenancy.aPerson()
    const invitation = await invited(admin, person.email, workspace.roles[role] ?? '')
    return { workspace, admin, person, invitation }
  }

  test('I6 was removed before: the invitation is dead', async () => {
    const { workspace, admin, person, invitation } = await invitedByAdmin('Member')
    const input = { memberId: admin.memberId }
    await tenancy.mutate(await workspace.owner.token(), 'removeMember', input, 'removedMemberId')
    expect(refusals(await accept(person, invitation.token))).toEqual(['InvitationNotUsableError'])
  })

  test('I6 has a lesser role now: the invitation is dead', async () => {
    const { workspace, admin, person, invitation } = await invitedByAdmin('Admin')
    const input = { memberId: admin.memberId, roleId: workspace.roles.Member }
    await tenancy.mutate(await workspace.owner.token(), 'changeMemberRole', input, 'member { id }')
    expect(refusals(await accept(person, invitation.token))).toEqual(['InvitationNotUsableError'])
  })

  test('I6 was removed, but another member has sent it again: it works', async () => {
    const { workspace, admin, person, invitation } = await invitedByAdmin('Member')
    const owner = await workspace.owner.token()
    await tenancy.mutate(owner, 'removeMember', { memberId: admin.memberId }, 'removedMemberId')
    const input = { invitationId: invitation.id }
    await tenancy.mutate(owner, 'resendInvitation', input, 'invitation { id }')
    expect(refusals(await accept(person, await tokenMailedTo(person.email)))).toEqual([])
  })
})
