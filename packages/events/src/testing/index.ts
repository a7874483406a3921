export {
  type Measured,
  measureBacklog,
  measureLatency,
  measureThroughput,
} from './measure-events.ts'
export { outboxDatabase } from './outbox-database.ts'
export { tailReaches } from './tail-reaches.ts'
