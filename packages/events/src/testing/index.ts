export { CreateConsumerTables } from './consumer-tables.ts'
export {
  type Measured,
  measureBacklog,
  measureLatency,
  measureThroughput,
} from './measure-events.ts'
export { outboxDatabase } from './outbox-database.ts'
export { startNats, type TestNats } from './start-nats.ts'
export { tailReaches } from './tail-reaches.ts'
