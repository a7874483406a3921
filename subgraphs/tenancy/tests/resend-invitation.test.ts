import { describe, expect, test } from '@jest/globals'
import { refusals, useInvitations } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const { invited, accept, lettersTo, tokenMailedTo } = useInvitations(tenancy)

const DAY_SECONDS = 86_400

type By = { token(): Promise<string> }

const resend = async (by: By, invitationId: string) =>
  tenancy.mutate(
    await by.token(),
    'resendInvitation',
    { invitationId },
    'invitation { status expiresAt sponsor { id } }',
  )

const revoke = async (by: By, invitationId: string) =>
  tenancy.mutate(await by.token(), 'revokeInvitation', { invitationId }, 'invitation { status }')

describe('resendInvitation', () => {
  test('sends a new token with all its time, and the sender answers for it', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const person = tenancy.aPerson()
    const { id, token } = await invited(workspace.owner, person.email, workspace.roles.Member ?? '')
    tenancy.clock.advance(6 * DAY_SECONDS)
    const [admin] = workspace.others
    const { invitation } = await resend(admin ?? workspace.owner, id)
    expect(invitation).toEqual({
      status: 'PENDING',
      expiresAt: new Date(tenancy.clock.now().getTime() + 7 * DAY_SECONDS * 1000).toISOString(),
      sponsor: { id: admin?.memberId },
    })
    expect(await lettersTo(person.email)).toBe(2)
    const renewed = await tokenMailedTo(person.email)
    expect(renewed).not.toBe(token)
    tenancy.clock.advance(6 * DAY_SECONDS)
    expect(refusals(await accept(person, renewed))).toEqual([])
    expect(await tenancy.eventsOf(id)).toEqual([
      'invitation.created',
      'invitation.resent',
      'invitation.accepted',
    ])
  })

  test('brings an expired one back', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const person = tenancy.aPerson()
    const { id } = await invited(workspace.owner, person.email, workspace.roles.Member ?? '')
    tenancy.clock.advance(30 * DAY_SECONDS)
    expect(refusals(await resend(workspace.owner, id))).toEqual([])
    expect(refusals(await accept(person, await tokenMailedTo(person.email)))).toEqual([])
  })

  test('of an expired one refuses while the address has a newer one that is open', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const { email } = tenancy.aPerson()
    const old = await invited(workspace.owner, email, roleId)
    tenancy.clock.advance(8 * DAY_SECONDS)
    await invited(workspace.owner, email, roleId)
    expect(refusals(await resend(workspace.owner, old.id))).toEqual(['AlreadyInvitedError'])
    tenancy.clock.advance(8 * DAY_SECONDS)
    expect(refusals(await resend(workspace.owner, old.id))).toEqual([])
  })

  test('of one that was accepted or revoked refuses and says why', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const person = tenancy.aPerson()
    const accepted = await invited(workspace.owner, person.email, roleId)
    await accept(person, accepted.token)
    const revoked = await invited(workspace.owner, tenancy.aPerson().email, roleId)
    await revoke(workspace.owner, revoked.id)
    for (const { id } of [accepted, revoked]) {
      expect(refusals(await resend(workspace.owner, id))).toEqual(['InvitationStatusError'])
    }
  })

  test('of a role out of reach refuses', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const [admin] = workspace.others
    const { id } = await invited(
      workspace.owner,
      tenancy.aPerson().email,
      workspace.roles.Owner ?? '',
    )
    const payload = await resend(admin ?? workspace.owner, id)
    expect(refusals(payload)).toEqual(['RoleOutOfReachError'])
  })

  test('of a role that is gone refuses', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withRole('Reader', ['tenancy:members.read'])
      .build()
    const { id } = await invited(
      workspace.owner,
      tenancy.aPerson().email,
      workspace.roles.Reader ?? '',
    )
    await tenancy.database.asAdmin('delete from tenancy.memberships where role_id = $1', [
      workspace.roles.Reader,
    ])
    await tenancy.database.asAdmin('delete from tenancy.roles where id = $1', [
      workspace.roles.Reader,
    ])
    const payload = await resend(workspace.owner, id)
    expect(payload.userErrors).toMatchObject([
      { __typename: 'InvalidInputError', path: ['invitationId'] },
    ])
    expect(refusals(await revoke(workspace.owner, id))).toEqual([])
  })

  test('of an unknown one is NOT_FOUND', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await expect(resend(workspace.owner, 'ivt_none')).rejects.toThrow('NOT_FOUND')
  })
})
