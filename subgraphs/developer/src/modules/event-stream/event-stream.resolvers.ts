import { GraphQLJSON, GraphQLSafeInt } from 'graphql-scalars'
import type {
  PlatformEventResolvers,
  PlatformStreamItemResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from '../../__generated__/resolvers.ts'
import { listEvents } from './list-events.ts'
import { platformEvents } from './platform-events.ts'

const Query: Pick<QueryResolvers, 'events'> = {
  events: (_, asked, ctx) => listEvents(ctx, asked),
}

const Subscription: Pick<SubscriptionResolvers, 'platformEvents'> = {
  platformEvents: { subscribe: (_, asked, ctx) => platformEvents(ctx, asked) },
}

const PlatformStreamItem: PlatformStreamItemResolvers = {
  __resolveType: ({ kind }) => (kind === 'event' ? 'PlatformEvent' : 'StreamCheckpoint'),
}

const PlatformEvent: PlatformEventResolvers = {
  id: ({ event }) => event.id,
  seq: ({ event }) => event.seq,
  type: ({ event }) => event.type,
  version: ({ event }) => event.version,
  time: ({ event }) => event.occurredAt,
  source: ({ event }) => event.source,
  subject: ({ event }) => event.subject,
  actor: ({ event: { actor } }) => actor && { kind: actor.kind, id: actor.id },
  data: ({ event }) => event.data,
  workspace: ({ event: { tenantId } }) => (tenantId === null ? null : { id: tenantId }),
  correlationId: ({ event }) => event.correlationId,
  causationId: ({ event }) => event.causationId,
  traceparent: ({ event }) => event.traceparent,
}

export const eventStreamResolvers = {
  SafeInt: GraphQLSafeInt,
  JSON: GraphQLJSON,
  Query,
  Subscription,
  PlatformStreamItem,
  PlatformEvent,
}
