import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

const ScheduledPurgeSchema = defineEntity({
  name: 'ScheduledPurge',
  tableName: 'scheduled_purges',
  comment: 'Deleted workspaces and when their data is erased; the job’s only view across tenants',
  indexes: [{ name: 'scheduled_purges_purge_after_index', properties: ['purgeAfter'] }],
  properties: {
    workspaceId: p.text().$type<IdOf<'workspace'>>().primary(),
    purgeAfter: p.datetime(),
  },
})
/** Belongs to no tenant: names a workspace and a date, so that the job can enter it. */
export class ScheduledPurge extends ScheduledPurgeSchema.class {}
ScheduledPurgeSchema.setClass(ScheduledPurge)
