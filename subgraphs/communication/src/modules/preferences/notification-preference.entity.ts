import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { placePolicies } from '../../place.ts'
import type { Category, Channel } from '../deliveries/channel.ts'

const NotificationPreferenceSchema = defineEntity({
  name: 'NotificationPreference',
  tableName: 'notification_preferences',
  comment: 'What a person wants to hear of, by place, category and channel',
  ...placePolicies(),
  indexes: [{ name: 'notification_preferences_place_index', properties: ['tenantId', 'userId'] }],
  properties: {
    /** Made of the other four, see `preferenceKey`: one row for each combination, null or not. */
    id: p.text().primary(),
    tenantId: p.text().$type<IdOf<'workspace'>>().strictNullable(),
    userId: p.text().$type<IdOf<'user'>>(),
    category: p.text().$type<Category>(),
    channel: p.text().$type<Channel>(),
    enabled: p.boolean(),
    updatedAt: p.datetime(),
  },
})
/** A person's own word; where there is no row, they have said nothing. */
export class NotificationPreference extends NotificationPreferenceSchema.class {}
NotificationPreferenceSchema.setClass(NotificationPreference)
