import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import type { Facts } from '../deliveries/channel.ts'

const AnnouncementSchema = defineEntity({
  name: 'Announcement',
  tableName: 'announcements',
  comment: 'What is to be told to whoever holds a permission, until tenancy has said who that is',
  ...tenantPolicies(),
  uniques: [{ name: 'announcements_event_unique', properties: ['tenantId', 'eventId', 'type'] }],
  properties: {
    id: p.text().$type<IdOf<'announcement'>>().primary(),
    tenantId: p.text().$type<IdOf<'workspace'>>(),
    eventId: p.text(),
    type: p.text(),
    /** The permission. */
    holders: p.text(),
    /** Ids of users who are not told. */
    except: p.json<readonly string[]>(),
    facts: p.json<Facts>(),
    people: p.json<Readonly<Record<string, string>>>(),
    occurredAt: p.datetime(),
  },
})
/** Gone once its notifications are written. */
export class Announcement extends AnnouncementSchema.class {}
AnnouncementSchema.setClass(Announcement)
