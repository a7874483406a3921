import type { Clock } from '@logicspike/auth'
import { createEventConsumer, type EventBus, type EventConsumer } from '@logicspike/events'
import type { ContextFactory } from '@logicspike/subgraph-kit'
import type { Logger } from '@logicspike/telemetry'
import type { CommunicationServices } from './context.ts'
import type { ChannelSender } from './modules/deliveries/channel.ts'
import { keepHouse, keptEvents } from './modules/notifications/keep-house.ts'
import { toldEvents } from './modules/notifications/notification-types.ts'
import { notify, placeOfEvent } from './modules/notifications/notify.ts'
import { inPlace } from './place.ts'

const NAME = 'communication.notify'

/**
 * Tells people of what happens. An event that cannot be handled is put aside, so that nobody waits
 * for news because of somebody else's.
 */
export const createNotifyConsumer = (deps: {
  contexts: ContextFactory<CommunicationServices>
  senders: readonly ChannelSender[]
  bus: EventBus
  clock: Clock
  log: Logger
}): EventConsumer =>
  createEventConsumer({
    name: NAME,
    types: [...new Set([...toldEvents, ...keptEvents])],
    startAt: 'beginning',
    onPoison: 'skip',
    bus: deps.bus,
    openEm: deps.contexts.openEm,
    contextOf: (event) => inPlace(deps.contexts.forEvent(NAME, event), placeOfEvent(event)),
    async handle(tx, event) {
      await keepHouse(tx, event)
      await notify(tx, deps.senders, event)
    },
    clock: deps.clock,
    log: deps.log,
  })
