export {
  type Asking,
  currentWorkspaceId,
  hasPermission,
  ofWorkspace,
  requireActor,
  requirePermission,
  requireUser,
} from './access.ts'
export {
  type ContextFactory,
  createContextFactory,
  inWorkspace,
  type RequestFacts,
  type WorkspaceContext,
} from './context.ts'
export {
  type Connection,
  type PageArguments,
  type PageRequest,
  type PageScope,
  parsePage,
  readPage,
} from './pages/page.ts'
export { runSubgraph, type SubgraphParts } from './run-subgraph.ts'
