/** A consumer as a process: its effect is a row for every event that the writers publish. */
import { createOrm, forkFor } from '@logicspike/database'
import { createEventBus, createEventConsumer, type EventUrls } from '@logicspike/events'
import { createLogger } from '@logicspike/telemetry'
import { fireDatabase } from './fire-database.ts'

export type ConsumerTask = {
  /** Where it keeps its position and its effects. */
  readonly databaseUrl: string
  readonly events: Pick<EventUrls, 'tenantReader' | 'consumer'>
  /** JetStream, where it carries events. */
  readonly natsUrl?: string | undefined
}

const { databaseUrl, events, natsUrl } = JSON.parse(process.env.TASK ?? '') as ConsumerTask
const log = createLogger({ name: 'fire', level: 'error' })
const orm = await createOrm({ ...fireDatabase, url: databaseUrl, log })
const bus = createEventBus({
  tenantReaderUrl: events.tenantReader,
  consumerUrl: events.consumer,
  log,
  natsUrl,
})
await bus.tail.start()

const consumer = createEventConsumer({
  name: 'fire.effects',
  types: ['workspace.settings_changed'],
  startAt: 'beginning',
  onPoison: 'block',
  bus,
  openEm: (caller) => forkFor(orm, caller),
  contextOf: ({ tenantId }) => ({ em: forkFor(orm, { tenantId }) }),
  handle: ({ em }, event) =>
    em.execute('insert into effects (event_id) values (?)', [event.id], 'run'),
  log,
  clock: { now: () => new Date() },
})
consumer.start()
process.send?.('ready')

process.once('SIGTERM', async () => {
  await consumer.stop()
  await bus.close()
  await orm.close()
  process.exit(0)
})
