import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { placePolicies } from '../../place.ts'
import type { Channel } from './channel.ts'
import { type DeliveryStatus, deliveryStatuses } from './delivery-states.ts'

const NotificationDeliverySchema = defineEntity({
  name: 'NotificationDelivery',
  tableName: 'notification_deliveries',
  comment: 'One notification on one channel, and what became of it',
  ...placePolicies(),
  uniques: [
    {
      name: 'notification_deliveries_channel_unique',
      expression: (_, table, name) =>
        `create unique index ${name} on ${table} (tenant_id, notification_id, channel) nulls not distinct`,
    },
  ],
  indexes: [
    {
      name: 'notification_deliveries_digest_index',
      properties: ['tenantId', 'userId', 'status', 'dueAt'],
    },
    { name: 'notification_deliveries_bundle_index', properties: ['tenantId', 'bundleId'] },
  ],
  properties: {
    id: p.text().$type<IdOf<'notificationDelivery'>>().primary(),
    tenantId: p.text().$type<IdOf<'workspace'>>().strictNullable(),
    /** Who is told; null where the workspace as a whole is. */
    userId: p.text().$type<IdOf<'user'>>().strictNullable(),
    notificationId: p.text().$type<IdOf<'notification'>>(),
    channel: p.text().$type<Channel>(),
    status: p.enum(deliveryStatuses).$type<DeliveryStatus>(),
    /** How often it was tried. */
    attempts: p.integer(),
    /** Not before; null where nothing is left to do. */
    dueAt: p.datetime().strictNullable(),
    /** Whether it is said together with others. */
    isDigest: p.boolean(),
    /** The delivery whose digest it is part of, which may be itself. */
    bundleId: p.text().$type<IdOf<'notificationDelivery'>>().strictNullable(),
    /** Why it waits, failed or was suppressed. */
    reason: p.text().strictNullable(),
    sentAt: p.datetime().strictNullable(),
    createdAt: p.datetime(),
  },
})
/** A message that is to go out, went out, or did not. */
export class NotificationDelivery extends NotificationDeliverySchema.class {}
NotificationDeliverySchema.setClass(NotificationDelivery)
