import type { ServiceDatabase } from '@logicspike/database'
import { consumerEntities, OutboxEvent, outboxGrants } from '@logicspike/events'
import { CreateOutbox20261126161705 } from './migrations/20261126161705.create-outbox.ts'
import { CreatePlanSubscriptions20261126164653 } from './migrations/20261126164653.create-plan-subscriptions.ts'
import { CreateConsumers20261201011146 } from './migrations/20261201011146.create-consumers.ts'
import { PlanSubscription } from './src/modules/plan-subscriptions/plan-subscription.entity.ts'
import { ScheduledTrialEnd } from './src/modules/plan-subscriptions/scheduled-trial-end.entity.ts'

/** What billing keeps; read by the service, the migration tools and the tests. */
const billingDatabase: ServiceDatabase = {
  service: 'billing',
  entities: [PlanSubscription, ScheduledTrialEnd, OutboxEvent, ...consumerEntities],
  migrations: [
    CreateOutbox20261126161705,
    CreatePlanSubscriptions20261126164653,
    CreateConsumers20261201011146,
  ],
  grants: outboxGrants,
}

export default billingDatabase
