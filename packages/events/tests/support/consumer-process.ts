/** A consumer of the effects service as a process, to be killed: its argument says where things are. */
import { createOrm, forkFor } from '@logicspike/database'
import { createLogger } from '@logicspike/telemetry'
import { createEventBus, createEventConsumer } from '../../src/index.ts'
import { effectsDatabase, recordEffect } from './effects.ts'

export type Places = {
  readonly name: string
  readonly effects: string
  readonly reader: string
  readonly consumer: string
}

const places: Places = JSON.parse(process.argv[2] ?? '{}')
const log = createLogger({ name: 'consumer', level: 'silent' })
const bus = createEventBus({ tenantReaderUrl: places.reader, consumerUrl: places.consumer, log })
const orm = await createOrm({ ...effectsDatabase, url: places.effects, log })
await bus.tail.start()

createEventConsumer({
  name: places.name,
  types: ['workspace.renamed'],
  startAt: 'beginning',
  onPoison: 'block',
  bus,
  openEm: (caller) => forkFor(orm, caller),
  contextOf: ({ tenantId }) => ({ em: forkFor(orm, { tenantId }) }),
  handle: recordEffect,
  log,
  clock: { now: () => new Date() },
}).start()
