import { z } from 'zod'
import { auditEvents } from './catalogue/audit-events.ts'
import { epochEvents } from './catalogue/epoch-events.ts'
import { memberEvents } from './catalogue/member-events.ts'
import { notificationEvents } from './catalogue/notification-events.ts'
import { planSubscriptionEvents } from './catalogue/plan-subscription-events.ts'
import { sessionEvents } from './catalogue/session-events.ts'
import { slackConnectionEvents } from './catalogue/slack-connection-events.ts'
import { usageEvents } from './catalogue/usage-events.ts'
import { userEvents } from './catalogue/user-events.ts'
import { workspaceEvents } from './catalogue/workspace-events.ts'

/** Every event type of the platform. Publishing any other, or data that does not fit, fails. */
export const catalogue = {
  ...userEvents,
  ...sessionEvents,
  ...workspaceEvents,
  ...memberEvents,
  ...epochEvents,
  ...planSubscriptionEvents,
  ...notificationEvents,
  ...usageEvents,
  ...slackConnectionEvents,
  ...auditEvents,
}

export type EventType = keyof typeof catalogue
export type EventData<T extends EventType> = z.input<(typeof catalogue)[T]['data']>

/** The JSON Schema (draft 2020-12) of an event type's `data`, for listeners in any language. */
export function eventJsonSchema(type: EventType): object {
  const { data, description, version } = catalogue[type]
  return { title: `${type} v${version}`, description, ...z.toJSONSchema(data) }
}
