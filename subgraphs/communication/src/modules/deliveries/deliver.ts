import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import type { CommunicationContext } from '../../context.ts'
import { inPlace } from '../../place.ts'
import { admitDelivery } from './admit-delivery.ts'
import type { ChannelSender, OutgoingMessage, SendOutcome } from './channel.ts'
import { composeMessage } from './compose-message.ts'
import { findSaying, type Saying } from './delivery.repository.ts'
import { describePeople, describeReading, type Reading } from './describe-message.ts'
import { type Claimed, dequeue } from './dispatch-queue.ts'
import type { NotificationDelivery } from './notification-delivery.entity.ts'
import { settleDelivery } from './settle-delivery.ts'

/** After so long an attempt counts as failed; well within the lease. */
const ATTEMPT_MS = 2 * 60_000

/**
 * Takes one delivery as far as it goes now: asks who reads it, asks the gate, sends, writes down what
 * came of it. Transactions are before and after; nothing is sent within one.
 * @throws AppError where identity or tenancy does not answer; it is tried again
 */
export async function deliver(
  ctx: CommunicationContext,
  senders: readonly ChannelSender[],
  claimed: Claimed,
): Promise<void> {
  const at = inPlace(ctx, claimed.place)
  const saying = await findSaying(at, claimed.id as NotificationDelivery['id'])
  const sender = senders.find(({ channel }) => channel === saying?.delivery.channel)
  if (!saying || !sender) {
    await dequeue(at, [claimed.id])
    return
  }
  const { workspaceId } = saying.notification
  const reading = await describeReading(at, claimed.place.userId, [saying.notification])
  const admitted = await inTransaction(at, async (tx) =>
    ok(await admitDelivery(tx, claimed, reading)),
  )
  if (!admitted.ok || !admitted.value) return
  const message = composeMessage(
    saying.delivery.id,
    admitted.value,
    await withNames(at, reading, admitted.value),
  )
  const outcome = await attempt(at, sender, message)
  await inTransaction(at, async (tx) => ok(await settleDelivery(tx, claimed, outcome, workspaceId)))
}

/** What was gathered may name more people. */
async function withNames(
  ctx: CommunicationContext,
  reading: Reading,
  sayings: readonly Saying[],
): Promise<Reading> {
  const named = sayings.flatMap(({ notification }) => Object.values(notification.people))
  const unknown = named.filter((userId) => !reading.names.has(userId))
  if (unknown.length === 0) return reading
  const users = await describePeople(ctx, unknown)
  const more = users.map(({ id, displayName }) => [id, displayName] as const)
  return { ...reading, names: new Map([...reading.names, ...more]) }
}

async function attempt(
  ctx: CommunicationContext,
  sender: ChannelSender,
  message: OutgoingMessage,
): Promise<SendOutcome> {
  const { promise: late, resolve } = Promise.withResolvers<SendOutcome>()
  const timer = setTimeout(
    () => resolve({ outcome: 'retryLater', reason: 'the channel did not answer in time' }),
    ATTEMPT_MS,
  )
  try {
    return await Promise.race([sender.send(ctx, message), late])
  } catch (error) {
    ctx.log.error({ err: error, deliveryId: message.deliveryId }, 'a message could not be made')
    return { outcome: 'retryLater', reason: 'our fault' }
  } finally {
    clearTimeout(timer)
  }
}
