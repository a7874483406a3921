import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import type { CommunicationContext } from '../../context.ts'
import type { ChannelSender, SendOutcome } from '../deliveries/channel.ts'
import { markSlackBroken } from './mark-slack.ts'
import { openSlackConnection } from './open-slack-connection.ts'
import type { SlackAnswer } from './slack-answer.ts'
import type { SlackConnection } from './slack-connection.entity.ts'
import { findSlackConnection } from './slack-connection.repository.ts'
import { slackMessage } from './slack-message.ts'

/**
 * Tells the workspace's Slack channel. Where Slack says that the connection is of no use any more,
 * that is noted, told to those who manage it, and no message is tried until it is made anew.
 *
 * Slack knows no idempotency: a message whose answer was lost on the way is sent again.
 */
export function createSlackSender(): ChannelSender {
  return {
    channel: 'SLACK',
    async reach(ctx) {
      const connection = ctx.workspaceId === null ? null : await findSlackConnection(ctx)
      return connection?.status === 'ACTIVE' ? 'WORKSPACE' : 'NOBODY'
    },
    async send(ctx, message) {
      const connection = ctx.workspaceId === null ? null : await findSlackConnection(ctx)
      if (!connection) return gone('not connected')
      if (connection.status === 'BROKEN') return gone('connection broken')
      const target = openSlackConnection(ctx.secretBox, connection)
      const answer = await ctx.slack.post(target, slackMessage(message, ctx.config.consoleUrl))
      if (answer.outcome !== 'posted') {
        const { deliveryId } = message
        ctx.log.info({ deliveryId, connectionId: connection.id, ...answer }, 'no Slack message')
      }
      if (answer.outcome === 'broken') await noteBroken(ctx, connection, answer.reason)
      return outcomeOf(answer)
    },
  }
}

function outcomeOf(answer: SlackAnswer): SendOutcome {
  switch (answer.outcome) {
    case 'posted':
      return { outcome: 'sent' }
    case 'busy':
      return { outcome: 'retryLater', reason: 'ratelimited', afterMs: answer.afterMs }
    case 'unreachable':
      return { outcome: 'retryLater', reason: answer.reason }
    case 'rejected':
      return { outcome: 'refused', reason: answer.reason, permanent: false }
    case 'broken':
      return gone(answer.reason)
  }
}

const gone = (reason: string): SendOutcome => ({ outcome: 'refused', reason, permanent: true })

const noteBroken = async (
  ctx: CommunicationContext,
  { id }: SlackConnection,
  reason: string,
): Promise<unknown> => inTransaction(ctx, async (tx) => ok(await markSlackBroken(tx, id, reason)))
