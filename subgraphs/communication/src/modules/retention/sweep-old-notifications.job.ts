import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import { parseId } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import { inPlace } from '../../place.ts'
import { NotificationDelivery } from '../deliveries/notification-delivery.entity.ts'
import { Notification } from '../notifications/notification.entity.ts'
import { type Cutoffs, cutoffsAt, nextSweep } from './retention.ts'
import type { SweptPlace } from './swept-place.entity.ts'
import { claimDuePlaces, postponeSweep } from './swept-place.repository.ts'

/** Places at a time. */
const BATCH = 20

/** Rows that one transaction removes at most, so that none of them holds many for long. */
const ROWS = 1_000

/** Longer than a place takes; after it another process takes over. */
const LEASE_MS = 10 * 60_000

/**
 * Removes notifications and deliveries that have been kept long enough (`retention.ts`), place by
 * place, in each with its own rights only. Safe to run in many processes at once.
 * @returns how many places were looked at
 */
export async function sweepOldNotifications(ctx: CommunicationContext): Promise<number> {
  for (let swept = 0; ; ) {
    const now = ctx.clock.now()
    const until = new Date(now.getTime() + LEASE_MS)
    const places = await claimDuePlaces(ctx, { now, until, limit: BATCH })
    if (places.length === 0) return swept
    for (const id of places) await sweepPlace(ctx, id, now)
    swept += places.length
  }
}

async function sweepPlace(
  ctx: CommunicationContext,
  id: SweptPlace['id'],
  now: Date,
): Promise<void> {
  const place = { workspaceId: parseId('workspace', id), userId: parseId('user', id) }
  const cutoffs = cutoffsAt(now)
  const inTurn = (remove: typeof removeNotifications) =>
    inTransaction(inPlace(ctx, place), async (tx) => ok(await remove(tx, cutoffs)))
  for (const remove of [removeNotifications, removeDeliveries]) {
    for (let removed = await inTurn(remove); removed.ok && removed.value === ROWS; ) {
      removed = await inTurn(remove)
    }
  }
  const left = await inPlace(ctx, place).em.find(Notification, {}, { limit: 1, fields: ['id'] })
  await postponeSweep(ctx, id, nextSweep(now, left.length > 0))
}

/** Removes some that have been kept long enough, and what became of them with them. */
async function removeNotifications(
  { em }: CommunicationContext,
  { read, unread, unshown }: Cutoffs,
): Promise<number> {
  const old = await em.find(
    Notification,
    {
      $or: [
        { readAt: { $lt: read } },
        { createdAt: { $lt: unread } },
        { inInbox: false, createdAt: { $lt: unshown } },
      ],
    },
    { limit: ROWS, fields: ['id', 'tenantId'] },
  )
  const [first] = old
  if (!first) return 0
  const ids = old.map(({ id }) => id)
  const { tenantId } = first
  await em.nativeDelete(NotificationDelivery, { tenantId, notificationId: { $in: ids } })
  await em.nativeDelete(Notification, { id: { $in: ids } })
  return ids.length
}

/** Removes some that nothing is left to do for, while what they said may stay. */
async function removeDeliveries(
  { em }: CommunicationContext,
  { delivery }: Cutoffs,
): Promise<number> {
  const old = await em.find(
    NotificationDelivery,
    { status: { $in: ['sent', 'failed', 'suppressed'] }, createdAt: { $lt: delivery } },
    { limit: ROWS, fields: ['id'] },
  )
  return em.nativeDelete(NotificationDelivery, { id: { $in: old.map(({ id }) => id) } })
}
