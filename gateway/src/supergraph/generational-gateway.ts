import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from '@apollo/server-gateway-interface'
import type { Logger } from '@logicspike/telemetry'
import { GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import type { SupergraphSource } from '../supergraph-source.ts'
import type { SubscriptionSlot } from './subscription-slot.ts'
import {
  buildGeneration,
  type GenerationOptions,
  type SupergraphGeneration,
} from './supergraph-generation.ts'

export type GenerationalGateway = GatewayInterface & {
  /** Whether a supergraph is being served. */
  readonly loaded: boolean
  /** The supergraph that new requests are answered by; null before the first is loaded. */
  readonly current: SupergraphGeneration | null
  /** Executes an operation on the supergraph that it was validated by. */
  readonly execute: GatewayExecutor
  /** The supergraph that a request was validated by; undefined for schemas of no generation. */
  generationOf(schema: GraphQLSchema): SupergraphGeneration | undefined
  /** Resolves once every update noticed so far has been taken in or refused. */
  settled(): Promise<void>
}

/**
 * What Apollo Server sees as its gateway. Each supergraph is a generation of its own, complete
 * before it is used: an operation runs to its end on the generation that validated it, and an
 * update that does not load changes nothing. (`ApolloGateway`'s own updates replace its parts one
 * after the other, under running requests.)
 */
export function createGenerationalGateway(
  source: SupergraphSource,
  options: GenerationOptions & { log: Logger },
): GenerationalGateway {
  const { log, metrics } = options
  const listeners = new Set<GatewaySchemaLoadOrUpdateCallback>()
  const bySchema = new WeakMap<GraphQLSchema, SupergraphGeneration>()
  let current: SupergraphGeneration | null = null
  let previous: SupergraphGeneration | null = null
  let updates: Promise<void> = Promise.resolve()
  let unwatch: () => void = () => undefined

  async function serve(supergraphSdl: string): Promise<void> {
    const generation = await buildGeneration(supergraphSdl, options)
    await generation.warm(current?.operations.requests() ?? [])
    bySchema.set(generation.schema, generation)
    for (const listener of listeners) {
      listener({ apiSchema: generation.schema, coreSupergraphSdl: generation.plannedSdl })
    }
    // The one before is left to the operations still running on it; only the one before that goes.
    await previous?.stop()
    previous = current
    current = generation
    metrics.supergraphRead('taken')
  }

  async function update(supergraphSdl: string): Promise<void> {
    try {
      await serve(supergraphSdl)
      log.info('supergraph updated')
    } catch (error) {
      metrics.supergraphRead('refused')
      log.error({ err: error }, 'supergraph update refused; the last good one stays in use')
    }
  }

  const execute: GatewayExecutor = async (request) => {
    const generation = bySchema.get(request.schema)
    if (!generation) throw new GraphQLError('An operation was validated by no known supergraph.')
    const slot = (request.context as GatewayContext).subscription
    const isSubscription = request.operation?.operation === OperationTypeNode.SUBSCRIPTION
    return slot && isSubscription ? fill(slot, generation, request) : generation.execute(request)
  }

  return {
    async load() {
      await serve(await source.read())
      unwatch = source.watch((supergraphSdl) => {
        updates = updates.then(() => update(supergraphSdl))
      })
      return { executor: execute }
    },
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {
      unwatch()
      await updates
      await previous?.stop()
      await current?.stop()
      previous = null
      current = null
    },
    execute,
    generationOf: (schema) => bySchema.get(schema),
    settled: () => updates,
    get current() {
      return current
    },
    get loaded() {
      return current !== null
    },
  }
}

/** Puts a subscription where whoever asks for it opens it. */
async function fill(
  slot: SubscriptionSlot,
  { prepareStream, schema }: SupergraphGeneration,
  { queryHash, source, document, request, context }: GatewayGraphQLRequestContext,
): Promise<GatewayExecutionResult> {
  const preparation = await prepareStream({
    queryHash,
    source,
    document,
    operationName: request.operationName,
    variables: request.variables,
    context: context as GatewayContext,
  })
  if (!preparation.ok) return { errors: preparation.errors }
  slot.prepared = { stream: preparation.stream, schema }
  return { data: {} }
}
