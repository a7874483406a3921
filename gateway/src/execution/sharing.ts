import type { GatewayExecutionResult, GatewayExecutor } from '@apollo/server-gateway-interface'
import { OperationTypeNode } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { OperationRecord } from '../observability/operation-record.ts'
import { deferrableIn } from './deferred/deferred-fragments.ts'
import { createFlights } from './flights.ts'

/**
 * What of the work in flight is shared between requests that would get the same answer anyway.
 * `fetches`: equal queries to one subgraph with equal headers; `inbound`: also whole queries of
 * clients, to their end; `none`: every request does all of its own.
 */
export type Sharing = 'none' | 'fetches' | 'inbound'

/** Headers that name a request and change no answer. All others belong to who is asking. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate'])

/**
 * Who is asking, as subgraphs are told: two callers have one text only where every header that a
 * subgraph could look at is the same.
 */
export function identityText(headers: Headers): string {
  let text = texts.get(headers)
  if (text !== undefined) return text
  text = ''
  for (const name in headers) {
    // No header holds a line break, so that none can pass for two.
    if (!OF_THE_REQUEST.has(name)) text += `${name}:${headers[name]}\n`
  }
  texts.set(headers, text)
  return text
}

type Headers = Readonly<Record<string, string>>

/** Headers are made once for a request, and looked at for each of its fetches. */
const texts = new WeakMap<Headers, string>()

/**
 * Lets equal queries in flight of one caller be executed once. With sharing of `fetches`, a query is
 * joined until the first of its fetches is answered: up to then whoever comes would share all fetches
 * that are under way and so hear the same, ask the same next, at the same time, and share that as well.
 * What would come out alike is worked out once.
 */
export function shareOperations(
  execute: GatewayExecutor,
  { sharing, identityOf, metrics }: SharingOptions,
): GatewayExecutor {
  const flights = createFlights<Shared>()

  function noteShared({ record }: GatewayContext, other: OperationRecord): void {
    record?.sharedRun(other)
    for (const { subgraph } of other.fetches) metrics.fetchesFrom(subgraph).shared()
  }

  async function lead(
    request: Parameters<GatewayExecutor>[0],
    signal: AbortSignal,
    seal: () => void,
  ): Promise<Shared> {
    const own = request.context as GatewayContext
    const onAnswer = sharing === 'fetches' ? seal : undefined
    const context: GatewayContext = { ...own, signal, onAnswer }
    const result = await execute({ ...request, context: context as typeof request.context })
    return { result, record: own.record }
  }

  return async (request) => {
    const { operation, queryHash } = request
    const context = request.context as GatewayContext
    if (operation?.operation !== OperationTypeNode.QUERY) {
      return execute(request).finally(flights.close)
    }
    // What is answered in parts is one client's to read.
    if (
      context.deferral &&
      deferrableIn(request.document, request.request.operationName).length > 0
    ) {
      return execute(request)
    }
    // Whoever bears session cookies may be given others, which are for one request.
    if (context.sessionCookies) return execute(request)
    const { operationName = '', variables = {} } = request.request
    const key = [queryHash, operationName, JSON.stringify(variables), identityOf(context)].join(
      '\0',
    )
    let isLeading = false
    const landing = flights.join(key, context.signal, (signal, seal) => {
      isLeading = true
      return lead(request, signal, seal)
    })
    if (isLeading) return (await landing).value.result
    context.record?.enter('execute')
    const { result, record } = (await landing).value
    if (record) noteShared(context, record)
    return result
  }
}

export type SharingOptions = {
  readonly sharing: Exclude<Sharing, 'none'>
  /** See identityText; of all headers that any subgraph could get. */
  readonly identityOf: (context: GatewayContext) => string
  readonly metrics: GatewayMetrics
}

/** A result, and the record of the one request for which it was worked out. */
type Shared = {
  readonly result: GatewayExecutionResult
  readonly record: OperationRecord | undefined
}
