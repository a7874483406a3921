export { default as communicationDatabase } from '../mikro-orm.config.ts'
export {
  type CommunicationApp,
  type CommunicationDependencies,
  createCommunicationApp,
} from './app.ts'
export type { CommunicationConfig } from './config.ts'
