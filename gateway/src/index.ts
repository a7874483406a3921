export type { Policies, Policy, PolicyContext } from './authorization/policies.ts'
export { createGateway, type Gateway, type GatewayDeps } from './create-gateway.ts'
export { createKnownDocuments } from './documents/known-documents.ts'
export { openDocumentStore } from './documents/open-document-store.ts'
export { drainAndStop } from './graceful-shutdown.ts'
export {
  type Observability,
  type ObservabilityEnvironment,
  openObservability,
} from './observability/open-observability.ts'
export { defaultOperationLimits, type OperationLimits } from './operation-limits.ts'
export { createBudgetStore } from './rate-limits/create-budget-store.ts'
export type { RateLimits } from './rate-limits/limits.ts'
export { createRateLimiter, type RateLimiter } from './rate-limits/rate-limiter.ts'
export type { ExchangeApiKey, KeyUse } from './service-routes/api-keys.ts'
export type { OnProxied, Proxied } from './service-routes/note-service.ts'
export {
  type ServiceRegistry,
  type ServicesFile,
  servicesFile,
} from './service-routes/service-registry.ts'
export {
  createHttpSubgraphLink,
  type HttpSubgraphLinkOptions,
} from './subgraph-links/http-subgraph-link.ts'
export {
  createInProcessSubgraphLink,
  type InProcessSubgraph,
  type InProcessSubgraphLinkOptions,
} from './subgraph-links/in-process-subgraph-link.ts'
export type {
  PlainRequest,
  PlainResponse,
  SubgraphLink,
  SubgraphRequest,
  SubgraphResponse,
} from './subgraph-links/subgraph-link.ts'
export {
  fixedSupergraph,
  type SupergraphFile,
  type SupergraphSource,
  supergraphFile,
} from './supergraph-source.ts'
