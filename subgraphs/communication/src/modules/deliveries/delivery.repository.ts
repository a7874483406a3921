import { LockMode } from '@mikro-orm/core'
import type { CommunicationContext } from '../../context.ts'

import { Notification } from '../notifications/notification.entity.ts'
import { NotificationDelivery } from './notification-delivery.entity.ts'

type Reading = Pick<CommunicationContext, 'em'>

/** A delivery with what it says. */
export type Saying = {
  readonly delivery: NotificationDelivery
  readonly notification: Notification
}

/** A delivery of the place that the context is in. */
export async function findSaying(
  ctx: Reading,
  id: NotificationDelivery['id'],
): Promise<Saying | null> {
  const delivery = await ctx.em.findOne(NotificationDelivery, { id })
  const [saying] = delivery ? await sayingsOf(ctx, [delivery]) : []
  return saying ?? null
}

/** The same, held against other writers until the end of the transaction. */
export async function lockSaying(
  tx: Reading,
  id: NotificationDelivery['id'],
): Promise<Saying | null> {
  const delivery = await tx.em.findOne(
    NotificationDelivery,
    { id },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  )
  const [saying] = delivery ? await sayingsOf(tx, [delivery]) : []
  return saying ?? null
}

/**
 * What may be said together with a delivery, without itself: what waits for a digest of the same
 * person in the same place and is due, or, where it is tried again, what was said with it before.
 */
export async function lockCompanions(
  tx: Reading,
  lead: NotificationDelivery,
  now: Date,
): Promise<Saying[]> {
  const { tenantId, userId, channel, bundleId } = lead
  const deliveries = await tx.em.find(
    NotificationDelivery,
    {
      ...{ tenantId, userId, channel, bundleId, isDigest: true, id: { $ne: lead.id } },
      ...(bundleId === null && { status: 'queued', dueAt: { $lte: now } }),
    },
    { orderBy: { id: 'asc' }, limit: MOST_COMPANIONS, lockMode: LockMode.PESSIMISTIC_WRITE },
  )
  return sayingsOf(tx, deliveries)
}

/** What is more is said in another digest. */
const MOST_COMPANIONS = 99

/** Everything that went out with a delivery, itself included. */
export const lockBundle = (
  tx: Reading,
  id: NotificationDelivery['id'],
): Promise<NotificationDelivery[]> =>
  tx.em.find(
    NotificationDelivery,
    { $or: [{ id }, { bundleId: id }] },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  )

async function sayingsOf(
  ctx: Reading,
  deliveries: readonly NotificationDelivery[],
): Promise<Saying[]> {
  const ids = deliveries.map(({ notificationId }) => notificationId)
  const notifications = await ctx.em.find(Notification, { id: { $in: ids } })
  const byId = new Map(notifications.map((it) => [it.id, it]))
  return deliveries.flatMap((delivery) => {
    const notification = byId.get(delivery.notificationId)
    return notification ? [{ delivery, notification }] : []
  })
}
