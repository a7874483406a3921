import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import {
  type PlanSubscriptionStatus,
  planSubscriptionStatuses,
} from './plan-subscription-states.ts'

const PlanSubscriptionSchema = defineEntity({
  name: 'PlanSubscription',
  tableName: 'plan_subscriptions',
  comment:
    'Which plan a workspace is on; a workspace has one subscription at most, and one trial ever',
  ...tenantPolicies(),
  uniques: [{ name: 'plan_subscriptions_workspace_unique', properties: ['tenantId'] }],
  properties: {
    id: p.text().$type<IdOf<'planSubscription'>>().primary(),
    tenantId: p.text().$type<IdOf<'workspace'>>(),
    /** A plan of the catalogue, which is code. */
    planId: p.text(),
    status: p.enum(planSubscriptionStatuses).$type<PlanSubscriptionStatus>(),
    startedAt: p.datetime(),
    trialEndsAt: p.datetime(),
    /** When it expired or was canceled; null while it runs. */
    endedAt: p.datetime().strictNullable(),
    updatedAt: p.datetime(),
  },
})
/** What a workspace uses and until when. Never called `Subscription`: that is GraphQL's own word. */
export class PlanSubscription extends PlanSubscriptionSchema.class {}
PlanSubscriptionSchema.setClass(PlanSubscription)
