import { randomUUID } from 'node:crypto'
import { isId } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import { addressAnnouncement } from '../notifications/address-announcement.ts'
import type { ChannelSender } from './channel.ts'
import { deliver } from './deliver.ts'
import { type Claimed, claimDue, postpone } from './dispatch-queue.ts'

/** Pieces of work at a time. */
const BATCH = 5

/** How long to leave alone what could not be worked at, as another service does not answer. */
const PAUSE_MS = 15_000

/**
 * Does all that is due: finds out who announcements are for, and sends deliveries. Safe to run in
 * many processes at once.
 * @returns how many pieces of work were taken
 */
export async function dispatchDue(
  ctx: CommunicationContext,
  senders: readonly ChannelSender[],
): Promise<number> {
  let taken = 0
  for (;;) {
    const now = ctx.clock.now()
    const claimed = await claimDue(ctx, { claim: randomUUID(), now, limit: BATCH })
    if (claimed.length === 0) return taken
    taken += claimed.length
    await Promise.all(claimed.map((piece) => work(ctx, senders, piece)))
  }
}

async function work(
  ctx: CommunicationContext,
  senders: readonly ChannelSender[],
  claimed: Claimed,
): Promise<void> {
  try {
    if (isId('announcement', claimed.id)) await addressAnnouncement(ctx, senders, claimed)
    else await deliver(ctx, senders, claimed)
  } catch (error) {
    ctx.log.warn({ err: error, workId: claimed.id }, 'could not be dispatched; it is tried again')
    await postpone(ctx, claimed, new Date(ctx.clock.now().getTime() + PAUSE_MS))
  }
}
