import {
  type ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContextExecutionDidStart,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestExecutionListener,
  type GraphQLRequestListener,
  HeaderMap,
  type HTTPGraphQLResponse,
} from '@apollo/server'
import type {
  GatewayExecutor,
  GatewayGraphQLRequestContext,
} from '@apollo/server-gateway-interface'
import type {
  FormattedExecutionResult,
  GraphQLError,
  GraphQLFormattedError,
  GraphQLSchema,
} from 'graphql'
import { stringifyResponse, WrittenData } from '../execution/written-data.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { formatError } from '../plugins/use-error-masking.ts'
import type { KnownOperations } from './known-operations.ts'
import type { RecognisedRequest } from './recognise-operation.ts'

/** What answers known operations, and Apollo Server for whatever is not as usual. */
export type KnownOperationLane = {
  readonly apollo: ApolloServer<GatewayContext>
  readonly operations: KnownOperations
  /** The schema that new requests are answered by; null before there is one. */
  readonly schema: () => GraphQLSchema | null
  /** Those of Apollo Server, in their order. */
  readonly plugins: readonly ApolloServerPlugin<GatewayContext>[]
  readonly execute: GatewayExecutor
}

type Listener = GraphQLRequestListener<GatewayContext>
type ExecutionListener = GraphQLRequestExecutionListener<GatewayContext>
type RequestContext = GraphQLRequestContextExecutionDidStart<GatewayContext> &
  GraphQLRequestContextWillSendResponse<GatewayContext>

/**
 * Answers an operation that needs no parsing and no validation as Apollo Server would, with a tenth
 * of its steps: the same plugins see it at the same moments. Where it is refused, Apollo Server
 * words the answer.
 */
export async function answerKnownOperation(
  lane: KnownOperationLane,
  recognised: RecognisedRequest,
  createContext: () => Promise<GatewayContext>,
): Promise<HTTPGraphQLResponse> {
  const { contentType, request } = recognised
  const refuse = (error: unknown): Promise<HTTPGraphQLResponse> =>
    lane.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: request.http,
      context: () => Promise.reject(error),
    })
  let contextValue: GatewayContext
  try {
    contextValue = await createContext()
  } catch (error) {
    return refuse(error)
  }
  const context = requestContextOf(lane, recognised, contextValue)
  const listeners = await begin(lane.plugins, context)
  try {
    await tell(listeners, (listener) => listener.didResolveOperation?.(context))
    await execute(lane, listeners, context)
  } catch (error) {
    await tell(listeners, (listener) => listener.willSendResponse?.(context))
    return refuse(error)
  }
  await tell(listeners, (listener) => listener.willSendResponse?.(context))
  const { http, body } = context.response
  http.headers.set('content-type', contentType)
  return { ...http, body: bodyOf(body.kind === 'single' ? body.singleResult : {}) }
}

/** A body with bytes of its own, which need no more work to be sent. */
export type BodyInBytes = { readonly bytes: Buffer }

function bodyOf(result: FormattedExecutionResult): HTTPGraphQLResponse['body'] {
  const { data, errors, extensions } = result
  if (!(data instanceof WrittenData) || errors || extensions) {
    return { kind: 'complete', string: stringifyResponse(result) }
  }
  const body: BodyInBytes & HTTPGraphQLResponse['body'] = {
    kind: 'complete',
    bytes: data.body,
    get string() {
      return stringifyResponse(result)
    },
  }
  return body
}

function requestContextOf(
  { apollo: { logger, cache } }: KnownOperationLane,
  { known, request }: RecognisedRequest,
  contextValue: GatewayContext,
): RequestContext {
  return {
    ...known,
    operationName: known.operation.name?.value ?? null,
    logger,
    cache,
    request,
    response: {
      http: { headers: new HeaderMap() },
      body: { kind: 'single', singleResult: {} },
    },
    contextValue,
    metrics: {},
    overallCachePolicy: NO_POLICY,
    requestIsBatched: false,
  }
}

/** Nothing here is cached by policy. */
const NO_POLICY: RequestContext['overallCachePolicy'] = {
  restrict: () => undefined,
  replace: () => undefined,
  policyIfCacheable: () => null,
}

async function begin(
  plugins: KnownOperationLane['plugins'],
  context: RequestContext,
): Promise<Listener[]> {
  const begun = await Promise.all(plugins.map((plugin) => plugin.requestDidStart?.(context)))
  return begun.filter((listener): listener is Listener => listener !== undefined)
}

async function execute(
  lane: KnownOperationLane,
  listeners: readonly Listener[],
  context: RequestContext,
): Promise<void> {
  const executing: ExecutionListener[] = []
  await tell(listeners, (listener) =>
    listener.executionDidStart?.(context).then((begun) => {
      if (begun) executing.unshift(begun)
    }),
  )
  const end = (error?: Error) => tell(executing, (listener) => listener.executionDidEnd?.(error))
  try {
    const { errors, data, extensions } = await lane.execute(executorRequest(context))
    const told = errors && (await formatted(errors, listeners, context))
    context.response.body = {
      kind: 'single',
      singleResult: {
        ...(told && { errors: told }),
        data: data as Record<string, unknown> | null,
        ...(extensions && { extensions }),
      },
    }
  } catch (error) {
    await end(error as Error)
    throw error
  }
  await end()
}

/** What our executors look at. The interface has more, of a gateway that calls by itself. */
const executorRequest = ({ contextValue, ...context }: RequestContext) =>
  ({ ...context, context: contextValue }) as unknown as GatewayGraphQLRequestContext

async function formatted(
  errors: readonly GraphQLError[],
  listeners: readonly Listener[],
  context: RequestContext,
): Promise<GraphQLFormattedError[]> {
  await tell(listeners, (listener) => listener.didEncounterErrors?.({ ...context, errors }))
  return errors.map((error) => formatError(error.toJSON(), error))
}

async function tell<Told>(
  listeners: readonly Told[],
  say: (listener: Told) => Promise<void> | undefined,
): Promise<void> {
  const listening: Promise<void>[] = []
  for (const listener of listeners) {
    const heard = say(listener)
    if (heard) listening.push(heard)
  }
  if (listening.length > 0) await Promise.all(listening)
}
