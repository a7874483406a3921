import { describe, expect, test } from '@jest/globals'
import { refusals } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()

type By = { token(): Promise<string> }

const change = async (by: By, patch: object) =>
  tenancy.mutate(
    await by.token(),
    'updateMyPreferences',
    { patch },
    'member { effectiveSettings { timezone { value source locked } } }',
  )

const changeWorkspace = async (by: By, input: object) =>
  tenancy.mutate(await by.token(), 'updateWorkspaceSettings', input, 'workspace { id }')

async function ownTimezone(by: By) {
  const query = '{ viewer { settings { timezone { value source locked } } } }'
  const { data, codes } = await tenancy.ask(await by.token(), query)
  expect(codes).toEqual([])
  return data.viewer.settings.timezone
}

async function aMember() {
  const workspace = await tenancy.aWorkspace().withMember().withMember().build()
  const [member, other] = workspace.others
  if (!member || !other) throw new Error('unreachable')
  return { workspace, owner: workspace.owner, member, other }
}

describe('updateMyPreferences', () => {
  test('N1 a member’s own value prevails for them and for nobody else', async () => {
    const { owner, member, other } = await aMember()
    await changeWorkspace(owner, { patch: { timezone: 'Asia/Kolkata' } })
    const { member: changed } = await change(member, { timezone: 'Europe/Berlin' })
    const own = { value: 'Europe/Berlin', source: 'USER', locked: false }
    expect(changed.effectiveSettings.timezone).toEqual(own)
    expect(await ownTimezone(member)).toEqual(own)
    expect(await ownTimezone(other)).toMatchObject({ value: 'Asia/Kolkata', source: 'WORKSPACE' })
  })

  test('N1 null gives the decision back to the workspace', async () => {
    const { owner, member } = await aMember()
    await change(member, { timezone: 'Europe/Berlin' })
    await changeWorkspace(owner, { patch: { timezone: 'Asia/Kolkata' } })
    await change(member, { timezone: null })
    expect(await ownTimezone(member)).toMatchObject({ value: 'Asia/Kolkata', source: 'WORKSPACE' })
  })

  test('N1 an explicit value that equals the default is a value of one’s own', async () => {
    const { owner, member } = await aMember()
    await change(member, { timezone: 'UTC' })
    await changeWorkspace(owner, { patch: { timezone: 'Asia/Kolkata' } })
    expect(await ownTimezone(member)).toMatchObject({ value: 'UTC', source: 'USER' })
  })

  test('N1 a lock silences values of one’s own until it is gone', async () => {
    const { owner, member } = await aMember()
    await change(member, { timezone: 'Europe/Berlin' })
    await changeWorkspace(owner, { locks: { timezone: true } })
    expect(await ownTimezone(member)).toEqual({ value: 'UTC', source: 'DEFAULT', locked: true })
    await changeWorkspace(owner, { locks: { timezone: false } })
    expect(await ownTimezone(member)).toMatchObject({ value: 'Europe/Berlin', source: 'USER' })
  })

  test('N1 what is locked cannot be set, but unset', async () => {
    const { owner, member } = await aMember()
    await change(member, { timezone: 'Europe/Berlin' })
    await changeWorkspace(owner, { locks: { timezone: true } })
    const refused = await change(member, { timezone: 'Asia/Kolkata', locale: 'de' })
    expect(refused.userErrors).toEqual([
      expect.objectContaining({ __typename: 'SettingLockedError', path: ['patch', 'timezone'] }),
    ])
    expect(refusals(await change(member, { timezone: null }))).toEqual([])
    await changeWorkspace(owner, { locks: { timezone: false } })
    expect(await ownTimezone(member)).toMatchObject({ source: 'DEFAULT' })
  })

  test('N1 branding and unknown names are not for members to decide', async () => {
    const { member } = await aMember()
    for (const patch of [{ primaryColor: '#000000' }, { brandName: 'Mine' }, { theme: 'dark' }]) {
      await expect(change(member, patch)).rejects.toThrow('BAD_USER_INPUT')
    }
  })

  test('N5 wrong values are refused in their places', async () => {
    const { member } = await aMember()
    const patch = { timezone: 'nowhere', locale: 'de_DE', weekStart: '', dateFormat: '%x' }
    const { userErrors } = await change(member, patch)
    expect(userErrors.map(({ path }: { path: string[] }) => path)).toEqual(
      Object.keys(patch).map((name) => ['patch', name]),
    )
  })

  test('each change is an event of the member; no change is none', async () => {
    const { member } = await aMember()
    await change(member, { timezone: 'Europe/Berlin', locale: null })
    await change(member, { timezone: 'Europe/Berlin' })
    const events = await tenancy.database.asAdmin(
      `select data -> 'settings' as settings from tenancy.outbox
       where subject = $1 and type = 'member.preferences_changed' and class = 'domain'`,
      [member.memberId],
    )
    expect(events).toEqual([{ settings: ['timezone'] }])
  })

  test('needs a workspace, and membership of it', async () => {
    const { workspace, owner, member } = await aMember()
    const nowhere = { token: async () => tenancy.neutralToken(member.person) }
    await expect(change(nowhere, {})).rejects.toThrow('FORBIDDEN')
    const token = await member.token()
    const removal = { memberId: member.memberId }
    await tenancy.mutate(await owner.token(), 'removeMember', removal, 'removedMemberId')
    await expect(change({ token: async () => token }, {})).rejects.toThrow('FORBIDDEN')
    expect(workspace.others).toHaveLength(2)
  })

  test('a viewer without a workspace has no settings', async () => {
    const token = tenancy.neutralToken(tenancy.aPerson())
    const { data } = await tenancy.ask(token, '{ viewer { settings { locale { value } } } }')
    expect(data.viewer).toEqual({ settings: null })
  })

  test('values go with the member, and do not come back with them', async () => {
    const { workspace, owner, member } = await aMember()
    await change(member, { timezone: 'Europe/Berlin' })
    const removal = { memberId: member.memberId }
    await tenancy.mutate(await owner.token(), 'removeMember', removal, 'removedMemberId')
    const rows = await tenancy.database.asAdmin(
      'select from tenancy.member_preferences where tenant_id = $1',
      [workspace.id],
    )
    expect(rows).toHaveLength(0)
  })

  test('a list of members shows each with their own', async () => {
    const { owner, member, other } = await aMember()
    await change(member, { timezone: 'Europe/Berlin' })
    await change(other, { timezone: 'Asia/Tokyo' })
    const query = '{ members { edges { node { id effectiveSettings { timezone { value } } } } } }'
    const { data } = await tenancy.ask(await owner.token(), query)
    const byId = Object.fromEntries(
      data.members.edges.map(({ node }: { node: { id: string; effectiveSettings: object } }) => [
        node.id,
        node.effectiveSettings,
      ]),
    )
    expect(byId).toEqual({
      [owner.memberId]: { timezone: { value: 'UTC' } },
      [member.memberId]: { timezone: { value: 'Europe/Berlin' } },
      [other.memberId]: { timezone: { value: 'Asia/Tokyo' } },
    })
  })
})
