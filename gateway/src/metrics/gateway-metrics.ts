import type { ErrorCode } from '@logicspike/errors'
import type {
  FetchOutcome,
  OperationOutcome,
  StageTimes,
  Transport,
} from '../observability/operation-record.ts'
import type { CostOfRequest } from '../request-scope.ts'
import type { UpstreamStatus } from '../service-routes/upstreams.ts'
import type { StreamEnd } from '../streams/stream-end.ts'
import type { SubgraphLink } from '../subgraph-links/subgraph-link.ts'

/** An operation that was answered. Nothing in it is of a client's making. */
export type AnsweredFacts = {
  readonly transport: Transport
  /** Null where the request did not get as far as naming an operation. */
  readonly type: string | null
  /** The name it has in a document that its client published; null for all others. */
  readonly publishedName: string | null
  readonly outcome: OperationOutcome
  readonly milliseconds: number
  readonly stageTimes: StageTimes
  readonly cost: CostOfRequest | undefined
}

/** The fetches from one subgraph. */
export type FetchMetrics = {
  ended(outcome: FetchOutcome, milliseconds: number): void
  /** One more waited for a fetch that was under way. */
  shared(): void
}

/** The streams over one transport. */
export type StreamMetrics = {
  started(): void
  ended(reason: StreamEnd): void
  sent(): void
}

/** A request to a service that is over, as its status class tells it: `2xx`. */
export type ServiceFacts = {
  readonly service: string
  readonly statusClass: string
  readonly milliseconds: number
}

/** What can be asked of the gateway at any time. */
export type GatewayState = {
  /** The servers of services, as they are declared. */
  upstreams(): Iterable<UpstreamStatus>
  links(): Iterable<SubgraphLink>
  /** Up to when revocations are known; null before anything is. */
  revocationsKnownAt(): Date | null
  /** Of those who wait for the planning thread. Milliseconds. */
  longestPlanWait(): number
  now(): Date
}

/** Told what happens in the gateway; by whom it is counted is not known here. */
export type GatewayMetrics = {
  operationBegan(): void
  operationAnswered(facts: AnsweredFacts): void
  /** Whatever became of it. */
  operationOver(): void
  /** A request that got as far as no operation, on any route. */
  requestRefused(code: ErrorCode): void
  budgetRefused(budget: string): void
  planned(milliseconds: number): void
  /** To be asked for once per subgraph and kept. */
  fetchesFrom(subgraph: string): FetchMetrics
  streamsOver(transport: Transport): StreamMetrics
  serviceAnswered(facts: ServiceFacts): void
  documentAsked(found: 'memory' | 'store' | 'nowhere'): void
  supergraphRead(outcome: 'taken' | 'refused'): void
  /** @param milliseconds since it was made */
  revocationLearned(milliseconds: number): void
  /** Lets the gateway be asked for its state from now on. */
  watch(state: GatewayState): void
}

const nothing = () => undefined

/** Counts nothing. */
export const noMetrics: GatewayMetrics = {
  operationBegan: nothing,
  operationAnswered: nothing,
  operationOver: nothing,
  requestRefused: nothing,
  budgetRefused: nothing,
  planned: nothing,
  fetchesFrom: () => ({ ended: nothing, shared: nothing }),
  streamsOver: () => ({ started: nothing, ended: nothing, sent: nothing }),
  serviceAnswered: nothing,
  documentAsked: nothing,
  supergraphRead: nothing,
  revocationLearned: nothing,
  watch: nothing,
}
