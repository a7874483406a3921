import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql'
import type { OperationAccess, Verdict } from '../authorization/operation-access.ts'
import { restoreNulls } from '../authorization/restore-nulls.ts'
import type { OperationCosts } from '../cost/operation-costs.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { SourceEvent } from '../subgraph-links/subgraph-link.ts'
import { type ExecutedOperation, executeEvent } from './execute-operation.ts'
import { liveOf } from './live-operation.ts'
import { type OperationStore, planNow } from './operation-store.ts'
import type { SubgraphClient } from './subgraph-client.ts'

export type StreamRequest = {
  /** Of the document's text. */
  readonly queryHash: string
  /** The document's text. */
  readonly source: string
  /** Valid against the schema of the generation that is asked. */
  readonly document: DocumentNode
  readonly operationName: string | undefined
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>> | undefined
  readonly context: GatewayContext
}

/** A subscription that may begin. */
export type PreparedStream = {
  /** What opens it, at the subgraph that owns it. */
  readonly primary: {
    readonly subgraph: string
    readonly query: string
    readonly operationName: string | undefined
    /** JSON text of an object. */
    readonly variables: string
  }
  /** What listeners who share it must have in common besides who they are; null if nobody may. */
  readonly live: { readonly sharedBy: string; readonly key: string } | null
  /** Whether other subgraphs add something to its events. */
  readonly hasRest: boolean
  /**
   * Opens the primary.
   * @param after the cursor to go on after; null to begin as the client's arguments say
   * @param context whose identity it bears; the one the stream was prepared with, unless another
   *   caller may have the same
   * @throws AppError UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT
   */
  open(
    after: string | null,
    signal: AbortSignal,
    context?: GatewayContext,
  ): Promise<AsyncIterable<SourceEvent>>
  /**
   * Answers for one event of the primary: fetches what other subgraphs add to it, and puts nulls
   * where this caller may not read. Any number may run at once; none of them throws.
   * @param context whose identity the fetches bear; the one the stream was prepared with, unless
   *   it has a newer token
   */
  run(event: SourceEvent, context?: GatewayContext): Promise<ExecutedOperation>
  /** What an answer of `run` costs, counted in its data. Cost units. */
  costOf(executed: ExecutedOperation): number
}

export type StreamPreparation =
  | { readonly ok: true; readonly stream: PreparedStream }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] }

type Environment = {
  readonly access: OperationAccess
  readonly store: OperationStore
  readonly client: SubgraphClient
  readonly schema: GraphQLSchema
  readonly costs: OperationCosts
  /** Root fields of streams that may be shared, with by whom: `@live(sharedBy:)`. */
  readonly liveFields: ReadonlyMap<string, string>
}

/**
 * Decides whether a caller may have a subscription, and plans it: who says when something happened,
 * and what is asked of others then.
 * @throws Error where it cannot be planned
 */
export async function prepareStream(
  request: StreamRequest,
  { access, store, client, schema, costs, liveFields }: Environment,
): Promise<StreamPreparation> {
  const { operationName, context } = request
  const { record } = context
  record?.enter('authorize')
  const verdict = await access.judge(request)
  if (!verdict)
    return { ok: false, errors: [new GraphQLError('The document has no such operation.')] }
  const document = verdict.whole ? request.document : verdict.filtered.document
  if (!document) return { ok: false, errors: refusals(verdict, schema) }
  const queryHash = verdict.whole ? request.queryHash : verdict.queryHash
  const asked = { queryHash, document, operationName, variables: request.variables }
  const prepared = store.known(asked) ?? (await planNow(store, asked, record))
  if (record) record.outline = prepared.outline
  record?.enter('execute')
  const coerced = prepared.coerce(request.variables)
  if (!coerced.ok) return coerced
  const { source } = prepared
  if (!source) return { ok: false, errors: [new GraphQLError('The operation is no subscription.')] }
  const { variables } = coerced
  const primary = {
    subgraph: source.serviceName,
    query: source.operation,
    operationName: source.operationName,
    variables: JSON.stringify(pick(variables, source.variableUsages ?? [])),
  }
  const stream: PreparedStream = {
    primary,
    live: liveOf(request, verdict.key, variables, liveFields),
    hasRest: prepared.hasRest,
    costOf(executed) {
      const data = 'body' in executed ? executed.source : executed.data
      return data ? (costs.of(request)?.actual(data, variables) ?? 0) : 0
    },
    open: (after, signal, current = context) =>
      client.subscribe(primary, current, { after, signal }),
    async run(event, current = context) {
      const as = verdict.whole ? 'text' : 'values'
      const execution = { prepared, variables, context: current, schema, as } as const
      const executed = await executeEvent(execution, event)
      if (verdict.whole || 'body' in executed || !executed.data) return executed
      const restored = restoreNulls(executed.data, verdict.filtered, schema, variables)
      return {
        data: restored.data as Record<string, unknown> | null,
        errors: [...executed.errors, ...restored.errors],
      }
    },
  }
  return { ok: true, stream }
}

function refusals(verdict: Verdict, schema: GraphQLSchema): readonly GraphQLError[] {
  return verdict.whole ? [] : restoreNulls({}, verdict.filtered, schema, {}).errors
}

function pick(variables: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  )
}
