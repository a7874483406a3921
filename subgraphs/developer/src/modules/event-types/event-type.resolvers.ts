import { inTransaction } from '@logicspike/database'
import { inWorkspace, requireActor } from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { MutationResolvers, QueryResolvers } from '../../__generated__/resolvers.ts'
import { listEventTypes } from './list-event-types.ts'
import { publishServiceEvents, workspaceToPublishIn } from './publish-events.ts'
import { registerEventTypes } from './register-event-types.ts'
import { requireService } from './require-service.ts'

const Query: Pick<QueryResolvers, 'eventTypes'> = {
  eventTypes: (_, __, ctx) => {
    requireActor(ctx)
    return listEventTypes(ctx)
  },
}

const Mutation: Pick<MutationResolvers, 'registerEventTypes' | 'publishEvents'> = {
  registerEventTypes: async (_, { input }, ctx) => {
    const result = await inTransaction(ctx, (tx) => registerEventTypes(tx, input))
    return { eventTypes: resultOf(result), userErrors: errorsOf(result) }
  },
  publishEvents: async (_, { input: { workspaceId, events } }, ctx) => {
    requireService(ctx, 'developer:events.publish')
    const there = inWorkspace(ctx, workspaceToPublishIn(ctx, workspaceId))
    const result = await inTransaction(there, (tx) => publishServiceEvents(tx, events))
    const published = resultOf(result)
    return {
      events: published && [...published.events],
      userErrors: [...errorsOf(result), ...(published?.refused ?? [])],
    }
  },
}

export const eventTypeResolvers = { Query, Mutation }
