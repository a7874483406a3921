export { type AccessRule, type FieldAccess, listFieldAccess } from './access-rules.ts'
export { readSubgraphSdl } from './subgraph-sdl.ts'
