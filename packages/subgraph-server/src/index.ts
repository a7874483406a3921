export {
  createSubgraphServer,
  type SubgraphServer,
  type SubgraphServerOptions,
} from './create-subgraph-server.ts'
export { loadTypeDefs } from './load-type-defs.ts'
export {
  parseCookies,
  type SubgraphRequest,
  type SubgraphResponse,
  type VerifiedRequest,
} from './request.ts'
export type { ServerContext } from './server-context.ts'
