import type { GatewayExecutionResult, GatewayExecutor } from '@apollo/server-gateway-interface'
import { OperationTypeNode } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import { deferrableIn } from './deferred/deferred-fragments.ts'
import { createFlights } from './flights.ts'

/**
 * What of the work in flight is shared between requests that would get the same answer anyway.
 * `fetches`: equal queries to one subgraph with equal headers; `inbound`: also whole queries of
 * clients; `none`: every request does all of its own.
 */
export type Sharing = 'none' | 'fetches' | 'inbound'

/** Headers that name a request and change no answer. All others belong to who is asking. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate'])

/**
 * Who is asking, as subgraphs are told: two callers have one text only where every header that a
 * subgraph could look at is the same.
 */
export function identityText(headers: Readonly<Record<string, string>>): string {
  let text = ''
  for (const name in headers) {
    // No header holds a line break, so that none can pass for two.
    if (!OF_THE_REQUEST.has(name)) text += `${name}:${headers[name]}\n`
  }
  return text
}

/**
 * Lets equal queries in flight of one caller be executed once.
 * @param identityOf see identityText; of all headers that any subgraph could get
 */
export function shareOperations(
  execute: GatewayExecutor,
  identityOf: (context: GatewayContext) => string,
): GatewayExecutor {
  const flights = createFlights<GatewayExecutionResult>()
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
    context.record?.enter('execute')
    const { value } = await flights.join(key, context.signal, (signal) =>
      execute({ ...request, context: { ...context, signal } as typeof request.context }),
    )
    return value
  }
}
