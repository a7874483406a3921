import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'

/** What communication answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers()
