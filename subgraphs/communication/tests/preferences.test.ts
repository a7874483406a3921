import { describe, expect, test } from '@jest/globals'
import type { IdOf } from '@logicspike/ids'
import { useCommunication } from './support/communication-test-app.ts'

const comm = useCommunication()

const FIELDS = `switches { category channel enabled decidedBy locked } digest
  quietHours { from until }`
const UPDATE = `mutation ($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) { preferences { ${FIELDS} }
    userErrors { __typename ... on UserError { path } } } }`
const DEFAULTS = `mutation ($input: UpdateNotificationDefaultsInput!) {
  updateNotificationDefaults(input: $input) { defaults { category channel enabled locked }
    userErrors { __typename ... on UserError { path } } } }`
const MANAGE = 'communication:notifications.manage'

type Subject = { category: string; channel: string }

function aMember() {
  const person = comm.people.aPerson()
  const workspaceId = comm.people.aWorkspace([person])
  return { person, workspaceId, ...by(person.id, workspaceId) }
}
const by = (userId: IdOf<'user'>, workspaceId?: string) => ({
  async preferences() {
    const query = `{ notificationPreferences { ${FIELDS} } }`
    const { data } = await comm.ask(comm.tokenOf(userId, workspaceId), query)
    return data.notificationPreferences
  },
  async switchOf(wanted: Subject) {
    const { switches } = await this.preferences()
    return switches.find(
      ({ category, channel }: Subject) =>
        category === wanted.category && channel === wanted.channel,
    )
  },
  async update(input: object) {
    const { data, codes } = await comm.ask(comm.tokenOf(userId, workspaceId), UPDATE, { input })
    expect(codes).toEqual([])
    return data.updateNotificationPreferences
  },
  async decide(...defaults: readonly object[]) {
    const token = comm.tokenOf(userId, workspaceId, [MANAGE])
    const { data, codes } = await comm.ask(token, DEFAULTS, { input: { defaults } })
    expect(codes).toEqual([])
    return data.updateNotificationDefaults
  },
})
const mails = { category: 'MEMBERS', channel: 'EMAIL' }

describe('a person’s preferences', () => {
  test('begin as the platform means them to', async () => {
    const { digest, quietHours, switches } = await aMember().preferences()
    expect({ digest, quietHours, count: switches.length }).toEqual({
      ...{ digest: 'OFF', quietHours: null, count: 18 },
    })
  })

  test('are changed one by one, taken back by null, and are of this workspace only', async () => {
    const member = aMember()
    const elsewhere = by(member.person.id, comm.people.aWorkspace([member.person]))
    const { preferences, userErrors } = await member.update({
      switches: [{ ...mails, enabled: false }],
    })
    expect(userErrors).toEqual([])
    expect(preferences.switches).toContainEqual({
      ...mails,
      ...{ enabled: false, decidedBy: 'USER', locked: false },
    })
    expect(await elsewhere.switchOf(mails)).toMatchObject({ enabled: true, decidedBy: 'DEFAULT' })
    await member.update({ switches: [{ ...mails, enabled: null }] })
    expect(await member.switchOf(mails)).toMatchObject({ enabled: true, decidedBy: 'DEFAULT' })
  })

  test('of digest and quiet hours stay where they are not mentioned', async () => {
    const member = aMember()
    const quietHours = { from: '22:00', until: '07:00' }
    await member.update({ digest: 'DAILY', quietHours })
    await member.update({ switches: [] })
    expect(await member.preferences()).toMatchObject({ digest: 'DAILY', quietHours })
    await member.update({ quietHours: null })
    expect(await member.preferences()).toMatchObject({ digest: 'DAILY', quietHours: null })
  })

  test('without a workspace are about the account, and nothing else', async () => {
    const account = by(comm.people.aPerson().id)
    const { switches } = await account.preferences()
    expect(new Set(switches.map(({ category }: Subject) => category))).toEqual(
      new Set(['ACCOUNT', 'SECURITY']),
    )
    await account.update({ switches: [{ category: 'ACCOUNT', channel: 'EMAIL', enabled: false }] })
    expect(await account.switchOf({ category: 'ACCOUNT', channel: 'EMAIL' })).toMatchObject({
      ...{ enabled: false, decidedBy: 'USER' },
    })
    const { userErrors } = await account.update({ switches: [{ ...mails, enabled: false }] })
    expect(userErrors).toEqual([{ __typename: 'InvalidInputError', path: ['switches', '0'] }])
  })

  test('cannot switch security off', async () => {
    const security = { category: 'SECURITY', channel: 'EMAIL' }
    const { preferences, userErrors } = await aMember().update({
      switches: [{ ...security, enabled: false }],
    })
    expect(preferences).toBeNull()
    expect(userErrors).toEqual([{ __typename: 'NotificationLockedError', path: ['switches', '0'] }])
  })

  test('are refused as a whole where a time is none', async () => {
    const member = aMember()
    const { userErrors } = await member.update({
      ...{ digest: 'DAILY', quietHours: { from: '25:00', until: '7' } },
    })
    expect(userErrors).toEqual([
      { __typename: 'InvalidInputError', path: ['quietHours', 'from'] },
      { __typename: 'InvalidInputError', path: ['quietHours', 'until'] },
    ])
    expect(await member.preferences()).toMatchObject({ digest: 'OFF' })
  })

  test('changed in parallel leave one word each', async () => {
    const member = aMember()
    await Promise.all(
      [true, false, true, false].map((enabled) =>
        member.update({ switches: [{ ...mails, enabled }], digest: 'HOURLY' }),
      ),
    )
    const { id } = member.person
    expect(await comm.rows('notification_preferences', 'user_id = $1', id)).toHaveLength(1)
    expect(await comm.rows('delivery_habits', 'user_id = $1', id)).toHaveLength(1)
  })
})

describe('what a workspace says', () => {
  test('holds for members who have said nothing, and a lock for all', async () => {
    const member = aMember()
    const colleague = by(comm.people.aPerson().id, member.workspaceId)
    await colleague.update({ switches: [{ ...mails, enabled: true }] })
    await member.decide({ ...mails, enabled: false, locked: false })
    expect(await member.switchOf(mails)).toMatchObject({ enabled: false, decidedBy: 'WORKSPACE' })
    expect(await colleague.switchOf(mails)).toMatchObject({ enabled: true, decidedBy: 'USER' })
    await member.decide({ ...mails, enabled: false, locked: true })
    expect(await colleague.switchOf(mails)).toMatchObject({
      ...{ enabled: false, decidedBy: 'WORKSPACE', locked: true },
    })
    const { userErrors } = await colleague.update({ switches: [{ ...mails, enabled: true }] })
    expect(userErrors).toMatchObject([{ __typename: 'NotificationLockedError' }])
    const { defaults } = await member.decide({ ...mails, enabled: null, locked: false })
    expect(defaults).toEqual([])
  })

  test('is not about security', async () => {
    const { userErrors } = await aMember().decide({
      ...{ category: 'SECURITY', channel: 'IN_APP', enabled: false, locked: true },
    })
    expect(userErrors).toEqual([{ __typename: 'InvalidInputError', path: ['defaults', '0'] }])
  })

  test('is for auditors as well', async () => {
    const member = aMember()
    await member.decide({ ...mails, enabled: false, locked: true })
    expect(
      await comm.rows('outbox', `tenant_id = $1 and class = 'audit'`, member.workspaceId),
    ).toMatchObject([{ data: { action: 'workspace.notification_defaults_changed' } }])
  })

  test('is decided and seen by whoever may, and by nobody else', async () => {
    const { person, workspaceId } = aMember()
    const token = comm.tokenOf(person.id, workspaceId)
    const input = { defaults: [{ ...mails, enabled: false, locked: true }] }
    expect((await comm.ask(token, DEFAULTS, { input })).codes).toEqual(['FORBIDDEN'])
    const asked = await comm.ask(token, '{ notificationDefaults { category } }')
    expect(asked.codes).toEqual(['FORBIDDEN'])
  })
})
