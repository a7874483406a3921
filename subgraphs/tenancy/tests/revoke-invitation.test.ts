import { describe, expect, test } from '@jest/globals'
import { refusals, useInvitations } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const { invite, invited, accept } = useInvitations(tenancy)

type By = { token(): Promise<string> }

const STATUS_ERROR = `mutation ($input: RevokeInvitationInput!) { revokeInvitation(input: $input) {
  invitation { id } userErrors { ... on InvitationStatusError { status path } }
} }`

const revoke = async (by: By, invitationId: string) =>
  tenancy.mutate(await by.token(), 'revokeInvitation', { invitationId }, 'invitation { status }')

/** The status that keeps an invitation from being revoked. */
async function statusInTheWay(by: By, invitationId: string): Promise<string> {
  const { data } = await tenancy.ask(await by.token(), STATUS_ERROR, { input: { invitationId } })
  const { invitation, userErrors } = data.revokeInvitation
  expect(invitation).toBeNull()
  expect(userErrors[0].path).toEqual(['invitationId'])
  return userErrors[0].status
}

describe('revokeInvitation', () => {
  test('kills the token and frees the address', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const { email } = tenancy.aPerson()
    const { id } = await invited(workspace.owner, email, roleId)
    expect((await revoke(workspace.owner, id)).invitation).toEqual({ status: 'REVOKED' })
    expect(await tenancy.eventsOf(id)).toEqual(['invitation.created', 'invitation.revoked'])
    expect(refusals(await invite(workspace.owner, email, roleId))).toEqual([])
  })

  test('of one that is revoked, accepted or expired refuses and says which', async () => {
    const { owner, roles } = await tenancy.aWorkspace().build()
    const roleId = roles.Member ?? ''
    const person = tenancy.aPerson()
    const expired = await invited(owner, tenancy.aPerson().email, roleId)
    tenancy.clock.advance(7 * 86_400)
    const revoked = await invited(owner, tenancy.aPerson().email, roleId)
    await revoke(owner, revoked.id)
    const accepted = await invited(owner, person.email, roleId)
    await accept(person, accepted.token)
    expect(await statusInTheWay(owner, expired.id)).toBe('EXPIRED')
    expect(await statusInTheWay(owner, revoked.id)).toBe('REVOKED')
    expect(await statusInTheWay(owner, accepted.id)).toBe('ACCEPTED')
  })

  test('I12 keeps a role from being deleted only as long as the invitation is open', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const input = { name: 'Reader', permissions: ['tenancy:members.read'] }
    const { role } = await tenancy.mutate(await owner.token(), 'createRole', input, 'role { id }')
    const { id } = await invited(owner, tenancy.aPerson().email, role.id)
    const remove = async () =>
      tenancy.mutate(await owner.token(), 'deleteRole', { id: role.id }, 'deletedRoleId')
    expect(refusals(await remove())).toEqual(['RoleInUseError'])
    await revoke(owner, id)
    expect(refusals(await remove())).toEqual([])
    const { data } = await tenancy.ask(
      await owner.token(),
      '{ invitations { edges { node { status role { id } viewerCanResend } } } }',
    )
    expect(data.invitations.edges).toEqual([
      { node: { status: 'REVOKED', role: null, viewerCanResend: false } },
    ])
  })

  test('of a role out of reach refuses', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const [admin] = workspace.others
    const { id } = await invited(
      workspace.owner,
      tenancy.aPerson().email,
      workspace.roles.Owner ?? '',
    )
    const payload = await revoke(admin ?? workspace.owner, id)
    expect(refusals(payload)).toEqual(['RoleOutOfReachError'])
  })
})
