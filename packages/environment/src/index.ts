export { EnvironmentError, parseEnvironment } from './parse-environment.ts'
export { assertProductionSecrets, DEVELOPMENT_SECRET_MARK } from './production-secrets.ts'
export { subgraphEnvironment } from './subgraph-environment.ts'
export {
  countVariable,
  type EventEnvironment,
  eventVariables,
  gatewayKeyVariable,
  listVariable,
  originVariable,
  portVariable,
  type SubgraphEnvironment,
  subgraphVariables,
} from './variables.ts'
