import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

export const slackConnectionKinds = ['WEBHOOK', 'BOT'] as const
export type SlackConnectionKind = (typeof slackConnectionKinds)[number]

export const slackConnectionStatuses = ['ACTIVE', 'BROKEN'] as const
export type SlackConnectionStatus = (typeof slackConnectionStatuses)[number]

const SlackConnectionSchema = defineEntity({
  name: 'SlackConnection',
  tableName: 'slack_connections',
  comment: 'The Slack channel a workspace is told things in; one at most',
  ...tenantPolicies(),
  uniques: [{ name: 'slack_connections_workspace_unique', properties: ['tenantId'] }],
  properties: {
    id: p.text().$type<IdOf<'slackConnection'>>().primary(),
    tenantId: p.text().$type<IdOf<'workspace'>>(),
    kind: p.enum(slackConnectionKinds).$type<SlackConnectionKind>(),
    /** The address of the webhook, or the bot's token. Nothing that is sealed is ever shown. */
    sealedSecret: p.text(),
    /** The last letters of the secret, by which people tell one from another. */
    hint: p.text(),
    /** Where the bot writes; null for a webhook, which has a channel of its own. */
    channelId: p.text().strictNullable(),
    status: p.enum(slackConnectionStatuses).$type<SlackConnectionStatus>(),
    /** What Slack said, in its own word, such as `invalid_auth`. */
    brokenReason: p.text().strictNullable(),
    brokenAt: p.datetime().strictNullable(),
    connectedAt: p.datetime(),
  },
})
/** Replaced as a whole, with a new id, so that what is said of an old one never hits the new. */
export class SlackConnection extends SlackConnectionSchema.class {}
SlackConnectionSchema.setClass(SlackConnection)
