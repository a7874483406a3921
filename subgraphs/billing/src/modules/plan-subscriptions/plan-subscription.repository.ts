import { lockRow } from '@logicspike/database'
import { type Asking, ofWorkspace } from '@logicspike/subgraph-kit'
import type { EntityManager } from '@mikro-orm/postgresql'
import { PlanSubscription } from './plan-subscription.entity.ts'

type Reading = Asking & { readonly em: EntityManager }

/** The subscription of the workspace; null before its trial has begun. */
export const findPlanSubscription = (ctx: Reading): Promise<PlanSubscription | null> =>
  ctx.em.findOne(PlanSubscription, ofWorkspace(ctx))

/** The same, held against other writers until the end of the transaction. */
export const lockPlanSubscription = (ctx: Reading): Promise<PlanSubscription | null> =>
  lockRow(ctx.em, PlanSubscription, ofWorkspace(ctx))
