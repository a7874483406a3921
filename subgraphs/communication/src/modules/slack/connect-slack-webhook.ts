import { ok, type Result, refuse } from '@logicspike/errors'
import { requirePermission } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { CommunicationContext } from '../../context.ts'
import { replaceSlackConnection } from './replace-slack-connection.ts'
import type { SlackConnection } from './slack-connection.entity.ts'
import { parseWebhookUrl } from './slack-credentials.ts'

/**
 * Connects the workspace by an incoming webhook, in place of what it was connected by. Slack is not
 * asked: that is `testSlack`, outside of any transaction.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export async function connectSlackWebhook(
  tx: CommunicationContext,
  input: { readonly url: string },
): Promise<Result<SlackConnection, InvalidInputError>> {
  requirePermission(tx, 'communication:slack.manage')
  const secret = parseWebhookUrl(input.url, tx.slack.places)
  if (secret === null) {
    const message = `Enter the address of an incoming webhook; it begins with ${tx.slack.places.webhookOrigin}/services/.`
    return refuse(invalidInput(message, 'url'))
  }
  return ok(await replaceSlackConnection(tx, { kind: 'WEBHOOK', secret, channelId: null }))
}
