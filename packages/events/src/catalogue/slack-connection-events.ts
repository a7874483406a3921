import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { idOf } from './fields.ts'

const connection = { workspaceId: idOf('workspace'), slackConnectionId: idOf('slackConnection') }

/** Facts about the Slack channel that a workspace is told things in. */
export const slackConnectionEvents = {
  'slack_connection.connected': defineEvent({
    version: 1,
    visibleTo: 'communication:slack.manage',
    description: 'A workspace was connected with a Slack channel.',
    data: z.strictObject({ ...connection, kind: z.enum(['WEBHOOK', 'BOT']) }),
  }),
  'slack_connection.disconnected': defineEvent({
    version: 1,
    visibleTo: 'communication:slack.manage',
    description: 'The connection of a workspace with Slack was ended, or replaced by another.',
    data: z.strictObject(connection),
  }),
  'slack_connection.broken': defineEvent({
    version: 1,
    visibleTo: 'communication:slack.manage',
    description: 'Slack takes no more messages of a workspace until it is connected anew.',
    data: z.strictObject({ ...connection, reason: z.string().max(60) }),
  }),
}
