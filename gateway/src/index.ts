export { createGateway, type Gateway, type GatewayDeps } from './create-gateway.ts'
export { drainAndStop } from './graceful-shutdown.ts'
export { defaultOperationLimits, type OperationLimits } from './operation-limits.ts'
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
