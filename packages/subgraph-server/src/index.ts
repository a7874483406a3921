export {
  createSubgraphServer,
  type SubgraphServer,
  type SubgraphServerOptions,
} from './create-subgraph-server.ts'
export { endOnSignal } from './end-on-signal.ts'
export { type InvalidInputError, invalidInput } from './invalid-input.ts'
export { loadTypeDefs } from './load-type-defs.ts'
export { mergeResolvers, type ResolverMap } from './merge-resolvers.ts'
export { errorsOf, resultOf } from './payload.ts'
export { createPeriodicJob, joinJobs, type PeriodicJob } from './periodic-job.ts'
export {
  parseCookies,
  type SubgraphRequest,
  type SubgraphResponse,
  type VerifiedRequest,
} from './request.ts'
export type { ServerContext } from './server-context.ts'
export type {
  StreamEvent,
  StreamFacts,
  SubgraphStream,
  SubgraphStreamRequest,
} from './streams/stream.ts'
