import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'
import { eventStreamResolvers } from './modules/event-stream/event-stream.resolvers.ts'
import { eventTypeResolvers } from './modules/event-types/event-type.resolvers.ts'

/** What developer answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers(eventStreamResolvers, eventTypeResolvers)
