import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'

/** What billing answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers()
