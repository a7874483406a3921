import type { Clock } from '@logicspike/auth'
import { createEventConsumer, type EventBus, type EventConsumer } from '@logicspike/events'
import type { ContextFactory } from '@logicspike/subgraph-kit'
import type { Logger } from '@logicspike/telemetry'
import type { BillingServices } from './context.ts'
import { followedTypes, followWorkspace } from './modules/plan-subscriptions/follow-workspace.ts'

const NAME = 'billing.trials'

/**
 * Keeps the trial of every workspace in step with its life. A workspace whose event cannot be handled
 * is put aside, so that no other waits for its trial.
 */
export const createTrialsConsumer = (deps: {
  contexts: ContextFactory<BillingServices>
  bus: EventBus
  clock: Clock
  log: Logger
}): EventConsumer =>
  createEventConsumer({
    name: NAME,
    types: followedTypes,
    startAt: 'beginning',
    onPoison: 'skip',
    bus: deps.bus,
    openEm: deps.contexts.openEm,
    contextOf: (event) => deps.contexts.forEvent(NAME, event),
    handle: followWorkspace,
    clock: deps.clock,
    log: deps.log,
  })
