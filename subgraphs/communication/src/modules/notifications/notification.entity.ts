import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { placePolicies } from '../../place.ts'
import type { Facts } from '../deliveries/channel.ts'

const NotificationSchema = defineEntity({
  name: 'Notification',
  tableName: 'notifications',
  comment: 'What somebody is told of, once for each event, type and person',
  ...placePolicies(),
  indexes: [
    { name: 'notifications_inbox_index', properties: ['tenantId', 'userId', 'id'] },
    { name: 'notifications_person_index', properties: ['userId', 'id'] },
  ],
  uniques: [
    {
      name: 'notifications_event_unique',
      expression: (_, table, name) =>
        `create unique index ${name} on ${table} (tenant_id, event_id, type, user_id) nulls not distinct`,
    },
  ],
  properties: {
    id: p.text().$type<IdOf<'notification'>>().primary(),
    /** Whose inbox: the workspace’s, or where null the person’s own. */
    tenantId: p.text().$type<IdOf<'workspace'>>().strictNullable(),
    /** Who is told; null where the workspace as a whole is. */
    userId: p.text().$type<IdOf<'user'>>().strictNullable(),
    /** Where it happened; null where in no workspace. */
    workspaceId: p.text().$type<IdOf<'workspace'>>().strictNullable(),
    eventId: p.text(),
    /** A type of the registry. */
    type: p.text(),
    facts: p.json<Facts>(),
    /** Ids of users by the name of the fact that their names are to become; names are not kept. */
    people: p.json<Readonly<Record<string, string>>>(),
    /** Whether it is shown in the inbox. */
    inInbox: p.boolean(),
    readAt: p.datetime().strictNullable(),
    occurredAt: p.datetime(),
    createdAt: p.datetime(),
  },
})
/** One thing that one person, or a workspace as a whole, is told of. */
export class Notification extends NotificationSchema.class {}
NotificationSchema.setClass(Notification)
