import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { placePolicies } from '../../place.ts'
import type { Digest } from './decide-delivery.ts'

const DeliveryHabitSchema = defineEntity({
  name: 'DeliveryHabit',
  tableName: 'delivery_habits',
  comment: 'When a person may be disturbed, and how often mails are gathered, by place',
  ...placePolicies(),
  indexes: [{ name: 'delivery_habits_place_index', properties: ['tenantId', 'userId'] }],
  properties: {
    /** Made of the place, see `habitKey`. */
    id: p.text().primary(),
    tenantId: p.text().$type<IdOf<'workspace'>>().strictNullable(),
    userId: p.text().$type<IdOf<'user'>>(),
    digest: p.text().$type<Digest>(),
    /** `HH:MM` in the person's own time; null, as its fellow, where they may always be disturbed. */
    quietFrom: p.text().strictNullable(),
    quietUntil: p.text().strictNullable(),
    updatedAt: p.datetime(),
  },
})
/** Where there is no row, mails are not gathered and nobody asked for quiet. */
export class DeliveryHabit extends DeliveryHabitSchema.class {}
DeliveryHabitSchema.setClass(DeliveryHabit)
