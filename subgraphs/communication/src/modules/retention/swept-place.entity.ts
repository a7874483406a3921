import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

const SweptPlaceSchema = defineEntity({
  name: 'SweptPlace',
  tableName: 'swept_places',
  comment:
    'Which workspaces and people have notifications, and when old ones are next removed there',
  indexes: [{ name: 'swept_places_due_index', properties: ['dueAt'] }],
  properties: {
    /** Of the workspace, or of the person whose own inbox it is. */
    id: p.text().$type<IdOf<'workspace' | 'user'>>().primary(),
    /** Not before. A claim moves it past the claim's own end. */
    dueAt: p.datetime(),
  },
})
/** Belongs to no tenant: an id and a date, so that the sweeper knows which place to enter. */
export class SweptPlace extends SweptPlaceSchema.class {}
SweptPlaceSchema.setClass(SweptPlace)
