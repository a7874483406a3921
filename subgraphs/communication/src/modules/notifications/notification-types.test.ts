import { describe, expect, test } from '@jest/globals'
import { catalogue } from '@logicspike/events'
import { newId } from '@logicspike/ids'
import { letterKinds } from '../letters/letter-kinds.ts'
import { renderNotice } from '../letters/render-notice.ts'
import {
  kindsOfEvent,
  notificationKind,
  notificationKinds,
  toldEvents,
} from './notification-types.ts'

const userId = newId('user')
const reader = {
  ...{ name: 'Asha', locale: 'en', timezone: 'UTC', workspaceName: 'Acme' },
  consoleUrl: 'https://console.test',
}
const isoLater = '2027-03-15T10:00:00.000Z'
const workspace = { workspaceId: newId('workspace') }
const member = { ...workspace, memberId: newId('member'), userId }
const trial = { ...workspace, planSubscriptionId: newId('planSubscription') }

/** Data of each event that somebody is told of, as it is published. */
const examples: Readonly<Record<string, object>> = {
  'user.created': { userId, method: 'password' },
  'user.reactivated': { userId },
  'session.started': { userId, sessionId: newId('session'), amr: ['pwd'] },
  'session.revoked': { userId, sessionId: newId('session'), reason: 'refresh-token-reused' },
  'user.password_changed': { userId, by: 'reset' },
  'user.email_changed': { userId },
  'user.second_factor_added': { userId, factor: 'totp' },
  'user.second_factor_removed': { userId, factor: 'passkey' },
  'user.identity_linked': { userId, issuer: 'https://accounts.google.com' },
  'user.identity_unlinked': { userId, issuer: 'https://accounts.google.com' },
  'member.joined': { ...member, roleId: newId('role') },
  'member.removed': { ...member, by: 'removal' },
  'member.role_changed': { ...member, fromRoleId: newId('role'), toRoleId: newId('role') },
  'workspace.created': { ...workspace, name: 'Acme', slug: 'acme', ownerId: userId },
  'workspace.renamed': { ...workspace, name: 'Acme', slug: 'acme' },
  'workspace.suspended': workspace,
  'workspace.resumed': workspace,
  'workspace.deleted': { ...workspace, purgeAfter: isoLater },
  'workspace.restored': workspace,
  'workspace.ownership_transferred': { ...workspace, fromUserId: userId, toUserId: newId('user') },
  'workspace.security_policy_changed': { ...workspace, requiresMfa: true },
  'plan_subscription.trial_started': { ...trial, plan: 'team', trialEndsAt: isoLater },
  'plan_subscription.trial_expired': trial,
  'slack_connection.broken': {
    ...workspace,
    slackConnectionId: newId('slackConnection'),
    reason: 'no_service',
  },
}

describe('every type of notification', () => {
  test.each(notificationKinds.map(({ type, event }) => [type, event] as const))(
    '%s finds its facts in what is published, and words for them',
    (type, event) => {
      const data = catalogue[event].data.parse(examples[event])
      const telling = notificationKind(type)?.tell(data)
      if (!telling) throw new Error(`${type} tells nothing of its example.`)
      const names = Object.fromEntries(Object.keys(telling.people).map((name) => [name, 'Ravi']))
      const facts = { ...telling.facts, ...names }
      const notice = renderNotice({ type, facts, occurredAt: new Date() }, reader)
      expect(notice.title).not.toBe('')
    },
  )

  test('has a name of its own', () => {
    const types = notificationKinds.map(({ type }) => type)
    expect(new Set(types).size).toBe(types.length)
  })

  test('with words is told of', () => {
    const untold = Object.keys(letterKinds).filter((type) => !notificationKind(type))
    expect(untold).toEqual([])
  })

  test('about security is of that category, and no other is', () => {
    for (const { isSecurity, category } of notificationKinds) {
      expect(isSecurity).toBe(category === 'SECURITY')
    }
  })
})

describe('an event', () => {
  test('may come to several notifications, for different people', () => {
    expect(kindsOfEvent('member.removed').map(({ type }) => type)).toEqual([
      'member.removed',
      'member.you_were_removed',
    ])
  })

  test('that somebody caused themselves tells them nothing new', () => {
    const leaving = { ...member, by: 'leaving' }
    expect(notificationKind('member.you_were_removed')?.tell(leaving)).toBeNull()
    const signedOut = { userId, sessionId: newId('session'), reason: 'signed-out' }
    expect(notificationKind('session.revoked')?.tell(signedOut)).toBeNull()
  })

  test('that nobody is told of comes to none', () => {
    expect(kindsOfEvent('epoch.bumped')).toEqual([])
    expect(toldEvents).not.toContain('epoch.bumped')
  })
})
