import { ok, type Result, refuse } from '@logicspike/errors'
import { requirePermission } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { CommunicationContext } from '../../context.ts'
import { replaceSlackConnection } from './replace-slack-connection.ts'
import type { SlackConnection } from './slack-connection.entity.ts'
import { parseBotToken, parseChannelId } from './slack-credentials.ts'

/**
 * Connects the workspace by a bot that writes into one channel, in place of what it was connected
 * by. Slack is not asked: that is `testSlack`, outside of any transaction.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export async function connectSlackBot(
  tx: CommunicationContext,
  input: { readonly token: string; readonly channelId: string },
): Promise<Result<SlackConnection, InvalidInputError>> {
  requirePermission(tx, 'communication:slack.manage')
  const secret = parseBotToken(input.token)
  const channelId = parseChannelId(input.channelId)
  if (secret !== null && channelId !== null) {
    return ok(await replaceSlackConnection(tx, { kind: 'BOT', secret, channelId }))
  }
  return refuse(
    ...(secret === null
      ? [invalidInput('Enter the bot’s token; it begins with xoxb-.', 'token')]
      : []),
    ...(channelId === null
      ? [invalidInput('Enter the id of a channel, such as C024BE91L.', 'channelId')]
      : []),
  )
}
