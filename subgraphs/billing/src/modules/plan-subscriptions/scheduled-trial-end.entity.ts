import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

const ScheduledTrialEndSchema = defineEntity({
  name: 'ScheduledTrialEnd',
  tableName: 'scheduled_trial_ends',
  comment: 'Running trials and when they end; the job’s only view across tenants',
  indexes: [{ name: 'scheduled_trial_ends_at_index', properties: ['endsAt'] }],
  properties: {
    workspaceId: p.text().$type<IdOf<'workspace'>>().primary(),
    endsAt: p.datetime(),
  },
})
/** Belongs to no tenant: names a workspace and a date, so that the job can enter it. */
export class ScheduledTrialEnd extends ScheduledTrialEndSchema.class {}
ScheduledTrialEndSchema.setClass(ScheduledTrialEnd)
