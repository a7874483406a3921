import { describe, expect, test } from '@jest/globals'
import { sha256 } from '@logicspike/secrets'
import { forgetOldTallies } from '../src/modules/invitations/forget-old-tallies.job.ts'
import { useInvitations } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy({
  invitationsPerHour: 4,
  invitationsPerRecipientDay: 2,
  lettersPerRecipientDay: 3,
})
const { invite, invited, lettersTo } = useInvitations(tenancy)

const HOUR_SECONDS = 3_600

const newAddress = () => tenancy.aPerson().email

async function resend(workspace: { owner: { token(): Promise<string> } }, invitationId: string) {
  const token = await workspace.owner.token()
  return tenancy.mutate(token, 'resendInvitation', { invitationId }, 'invitation { status }')
}

describe('I10 letters', () => {
  test('I10 a name of a workspace brings neither markup nor links into the letter', async () => {
    const workspace = await tenancy.aWorkspace().build()
    await tenancy.database.asAdmin('update tenancy.workspaces set name = $2 where id = $1', [
      workspace.id,
      '<a href="https://evil.example">Win</a> evil.example\r\nBcc: all@evil.example',
    ])
    const email = newAddress()
    await invite(workspace.owner, email, workspace.roles.Member ?? '')
    await tenancy.app.mail.deliverDue()
    const letter = tenancy.mailbox.sent.find(({ to }) => to === email)
    expect(letter?.subject).not.toMatch(/[\r\n]|evil\.example/)
    expect(letter?.html.match(/<a /g)).toHaveLength(1)
    expect(letter?.html).toContain('href="https://console.test/accept-invitation?token=')
    expect(`${letter?.html}${letter?.text}`).not.toContain('evil.example')
  })

  test('I10 a workspace that sends too many is stopped, and may go on an hour later', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const roleId = workspace.roles.Member ?? ''
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => invite(workspace.owner, newAddress(), roleId)),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    await expect(invite(workspace.owner, newAddress(), roleId)).rejects.toThrow('RATE_LIMITED')
    tenancy.clock.advance(HOUR_SECONDS)
    await expect(invite(workspace.owner, newAddress(), roleId)).resolves.toMatchObject({
      userErrors: [],
    })
  })

  test('I10 a refusal says when to try again', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const input = { email: newAddress(), roleId: workspace.roles.Member }
    const token = await workspace.owner.token()
    const { id } = (await tenancy.mutate(token, 'inviteMember', input, 'invitation { id }'))
      .invitation
    await resend(workspace, id)
    tenancy.clock.advance(HOUR_SECONDS)
    const { errors } = await tenancy.ask(
      await workspace.owner.token(),
      `mutation { resendInvitation(input: { invitationId: "${id}" }) { invitation { id } } }`,
    )
    expect(errors).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 23 * HOUR_SECONDS } },
    ])
  })

  test('I10 one address gets no flood of letters from one workspace', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const email = newAddress()
    const { id } = await invited(workspace.owner, email, workspace.roles.Member ?? '')
    await resend(workspace, id)
    await expect(resend(workspace, id)).rejects.toThrow('RATE_LIMITED')
    expect(await lettersTo(email)).toBe(2)
  })

  test('I10 what was refused leaves the token as it was', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const email = newAddress()
    const { id } = await invited(workspace.owner, email, workspace.roles.Member ?? '')
    await resend(workspace, id)
    const hash = () =>
      tenancy.database.asAdmin('select token_hash from tenancy.invitations where id = $1', [id])
    const before = await hash()
    await expect(resend(workspace, id)).rejects.toThrow('RATE_LIMITED')
    expect(await hash()).toEqual(before)
  })

  test('I10 nor from all workspaces together, and none learns of the others', async () => {
    const email = newAddress()
    const workspaces = await Promise.all(
      Array.from({ length: 5 }, () => tenancy.aWorkspace().build()),
    )
    const payloads = await Promise.all(
      workspaces.map(({ owner, roles }) => invite(owner, email, roles.Member ?? '')),
    )
    for (const payload of payloads) {
      expect(payload).toMatchObject({ invitation: { status: 'PENDING' }, userErrors: [] })
    }
    expect(await lettersTo(email)).toBe(3)
  })

  test('I10 an invitation that is refused for another reason is not counted', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const email = newAddress()
    const roleId = workspace.roles.Member ?? ''
    for (let time = 0; time < 6; time += 1) await invite(workspace.owner, email, roleId)
    await expect(invite(workspace.owner, newAddress(), roleId)).resolves.toMatchObject({
      userErrors: [],
    })
  })

  test('I10 counts hold no address, and go when their span is over', async () => {
    const email = newAddress()
    const workspace = await tenancy.aWorkspace().build()
    await invite(workspace.owner, email, workspace.roles.Member ?? '')
    const keys = await tenancy.database.asAdmin<{ key: string }>(
      'select key from tenancy.letter_tallies',
    )
    expect(keys.map(({ key }) => key)).toContain(`recipient:${sha256(email)}`)
    expect(keys.filter(({ key }) => key.includes('@'))).toEqual([])
    tenancy.clock.advance(25 * HOUR_SECONDS)
    const removed = await forgetOldTallies(tenancy.app.contexts.forJob('test'))
    expect(removed).toBe(keys.length)
  })
})
