import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { requirePermission } from '@logicspike/subgraph-kit'
import type { CommunicationContext } from '../../context.ts'
import { markSlackBroken, markSlackWorking } from './mark-slack.ts'
import { openSlackConnection } from './open-slack-connection.ts'
import {
  type SlackBusyError,
  type SlackRefusedError,
  type SlackUnreachableError,
  slackBusy,
  slackRefused,
  slackUnreachable,
} from './slack.errors.ts'
import type { SlackConnection } from './slack-connection.entity.ts'
import { findSlackConnection, requireSlackConnection } from './slack-connection.repository.ts'
import { testMessage } from './slack-message.ts'

type TestFailure = SlackRefusedError | SlackBusyError | SlackUnreachableError

/**
 * Sends a message of no content by the connection, and notes whether it works. Holds no transaction
 * while Slack is asked.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND
 */
export async function testSlack(
  ctx: CommunicationContext,
  input: { readonly id: string },
): Promise<Result<SlackConnection | null, TestFailure>> {
  requirePermission(ctx, 'communication:slack.manage')
  const connection = await requireSlackConnection(ctx, input.id)
  const target = openSlackConnection(ctx.secretBox, connection)
  const answer = await ctx.slack.post(target, testMessage(ctx.config.consoleUrl))
  if (answer.outcome === 'busy') return refuse(slackBusy())
  if (answer.outcome === 'unreachable') return refuse(slackUnreachable())
  if (answer.outcome === 'rejected') return refuse(slackRefused(answer.reason))
  return inTransaction(ctx, async (tx): Promise<Result<SlackConnection | null, TestFailure>> => {
    if (answer.outcome === 'broken') {
      await markSlackBroken(tx, target.id, answer.reason)
      return refuse.keeping(slackRefused(answer.reason))
    }
    await markSlackWorking(tx, target.id)
    return ok(await findSlackConnection(tx))
  })
}
