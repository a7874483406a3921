import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'

/** What developer answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers()
