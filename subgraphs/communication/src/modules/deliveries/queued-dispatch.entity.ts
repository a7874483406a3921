import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

const QueuedDispatchSchema = defineEntity({
  name: 'QueuedDispatch',
  tableName: 'dispatch_queue',
  comment: 'Which announcement or delivery is due where; the worker’s only view across tenants',
  indexes: [{ name: 'dispatch_queue_due_index', properties: ['dueAt'] }],
  properties: {
    /** Of an announcement or a delivery. */
    id: p.text().$type<IdOf<'announcement' | 'notificationDelivery'>>().primary(),
    workspaceId: p.text().$type<IdOf<'workspace'>>().strictNullable(),
    userId: p.text().$type<IdOf<'user'>>().strictNullable(),
    /** Not before. A claim moves it past the claim's own end. */
    dueAt: p.datetime(),
    /** Who works at it; changes with each claim, so that one that lost its claim notices. */
    claim: p.text().strictNullable(),
  },
})
/** Belongs to no tenant: ids and a date, so that the worker knows which place to enter. */
export class QueuedDispatch extends QueuedDispatchSchema.class {}
QueuedDispatchSchema.setClass(QueuedDispatch)
