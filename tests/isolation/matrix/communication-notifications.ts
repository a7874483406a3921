import { byOwner, byOwnerOfAnother } from './own-calls.ts'
import { concernsCaller, input, type Rows } from './row.ts'

const subject = { category: 'MEMBERS', channel: 'EMAIL' }
const preferences = { input: { switches: [{ ...subject, enabled: false }], digest: 'DAILY' } }
const defaults = { input: { defaults: [{ ...subject, enabled: false, locked: true }] } }

/** Everybody has an inbox and preferences of their own, and finds nobody else's there. */
export const communicationNotifications: Rows = {
  'Query.inbox': { stranger: concernsCaller, own: byOwner() },
  'Query.notificationPreferences': { stranger: concernsCaller, own: byOwner() },
  'Query.notificationDefaults': { stranger: concernsCaller, own: byOwner() },
  'Mutation.markNotificationsRead': {
    variables: input(({ notificationId }) => ({ ids: [notificationId] })),
    stranger: concernsCaller,
    isUniform: true,
    own: byOwner(({ notificationId }) => ({ input: { ids: [notificationId] } })),
  },
  'Mutation.markAllNotificationsRead': { stranger: concernsCaller, own: byOwnerOfAnother() },
  'Mutation.updateNotificationPreferences': {
    variables: () => preferences,
    stranger: concernsCaller,
    // Outside a workspace there are no members to hear of, which they are told.
    neutral: { userError: 'InvalidInputError' },
    own: byOwnerOfAnother(() => preferences),
  },
  'Mutation.updateNotificationDefaults': {
    variables: () => defaults,
    stranger: concernsCaller,
    own: byOwnerOfAnother(() => defaults),
  },
  'Subscription.notificationReceived': { stranger: concernsCaller, own: byOwner() },
}
