import { notificationKind } from '../notifications/notification-types.ts'
import type { MessageItem, OutgoingMessage } from './channel.ts'
import type { Saying } from './delivery.repository.ts'
import { namedFacts, type Reading } from './describe-message.ts'

/**
 * What a sender is handed. Pure.
 * @param deliveryId of the delivery that carries the others, which stays the same over tries
 * @param sayings oldest first; at least one
 */
export function composeMessage(
  deliveryId: OutgoingMessage['deliveryId'],
  sayings: readonly Saying[],
  { recipient, workspace, names }: Reading,
): OutgoingMessage {
  const items = sayings.map(({ notification }) => itemOf(notification, names))
  const newest = items.at(-1)
  const kind = newest && notificationKind(newest.type)
  if (!newest || !kind) throw new Error(`The delivery ${deliveryId} says nothing.`)
  const { category, isSecurity } = kind
  return {
    ...newest,
    ...{ deliveryId, recipient, workspace, category, isSecurity },
    items: items.length > 1 ? items : [],
  }
}

const itemOf = (
  notification: Saying['notification'],
  names: ReadonlyMap<string, string>,
): MessageItem => ({
  notificationId: notification.id,
  type: notification.type,
  facts: namedFacts(notification, names),
  occurredAt: notification.occurredAt,
})
