import type { IncomingMessage } from 'node:http'
import { HeaderMap } from '@apollo/server'
import type { TokenVerifier } from '@logicspike/auth'
import { AppError, rateLimited, toGraphQLError, unauthenticated } from '@logicspike/errors'
import { newRequestId } from '@logicspike/telemetry'
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, parse } from 'graphql'
import { CloseCode, type Context, type ServerOptions, type SubscribePayload } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { type AskedOperation, answerOperation, type OperationDoor } from '../answer-operation.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { bearerToken, type Caller, useAccessToken } from '../plugins/use-access-token.ts'
import { formatError } from '../plugins/use-error-masking.ts'
import { inScope, type RequestScope } from '../request-scope.ts'
import type { SubscriptionSlot } from '../supergraph/subscription-slot.ts'
import type { OpenStream } from './open-stream.ts'
import type { StreamDesk } from './stream-desk.ts'
import type { Ending } from './stream-end.ts'

export type SocketDoor = OperationDoor & {
  readonly verifier: TokenVerifier
  readonly desk: StreamDesk
}

/** What is known of the other end of a socket. */
export type SocketClient = Pick<GatewayContext, 'clientIp' | 'userAgent' | 'origin'> & {
  readonly socket: WebSocket
  readonly upgrade: IncomingMessage
  /** Nobody until `connection_init` was accepted. */
  caller: Caller
  /** Why the socket was closed by us; null where the client left. */
  ending: Ending | null
  /** Called when the socket is gone. */
  readonly onGone: (() => void)[]
}

type Params = Record<string, unknown>
type Ctx = Context<Params, SocketClient>
type Hooks = ServerOptions<Params, SocketClient>
type Result = { readonly [key: string]: unknown }

/** What `onSubscribe` hands to `subscribe`, in the shape that graphql-ws asks for. */
type Prepared = ExecutionArgs & { readonly results: SocketResults | Result }
type SocketResults = AsyncGenerator<Result, void, void>

const TRY_AGAIN_LATER = 1013
const RETRY_SECONDS = 1
const FORBIDDEN = 'Forbidden'

/** graphql-ws looks at the document for the kind of its operation; any kind may be a stream here. */
const ANY_OPERATION = parse('subscription { any }')

/**
 * What happens between the messages of graphql-transport-ws. Every operation takes the way of those
 * over HTTP; what it answers is sent as it is, errors included.
 */
export function createSocketOperations(door: SocketDoor): Hooks {
  const scopes = new WeakMap<object, RequestScope>()
  const told = new WeakMap<readonly GraphQLError[], readonly GraphQLFormattedError[]>()

  function tell(errors: readonly GraphQLFormattedError[]): readonly GraphQLError[] {
    const wrapped = errors.map(({ message }) => new GraphQLError(message))
    told.set(wrapped, errors)
    return wrapped
  }

  async function begin({ extra, subscriptions }: Ctx, payload: SubscribePayload) {
    const { desk } = door
    if (Object.keys(subscriptions).length > desk.limits.operationsPerConnection) {
      return tell(await masked(rateLimited(RETRY_SECONDS)))
    }
    const subscription: SubscriptionSlot = { prepared: null }
    const asked = askedOf(extra, payload, door.verifier, subscription)
    const { response, scope, context } = await answerOperation(door, asked)
    scopes.set(payload, scope)
    const { prepared } = subscription
    if (prepared && context) {
      const request = { prepared, context, after: null, scope, transport: 'websocket' } as const
      const stream = await desk.streams.open(request)
      return preparedAs(resultsOf(stream, extra))
    }
    const body = response.body.kind === 'complete' ? response.body.string : '{}'
    const result = JSON.parse(body) as { errors?: GraphQLFormattedError[] }
    return 'data' in result ? preparedAs(result) : tell(result.errors ?? [])
  }

  return {
    onConnect: (ctx) => connect(ctx, door),
    onSubscribe: async (ctx, _, payload) => {
      try {
        return await begin(ctx, payload)
      } catch (error) {
        return tell(await masked(error, scopes.get(payload)))
      }
    },
    subscribe: (args) => (args as Prepared).results as never,
    onNext: (_, __, ___, ____, result) => result as never,
    onError: async (_, __, payload, errors) =>
      told.get(errors) ?? masked(errors[0]?.originalError ?? errors[0], scopes.get(payload)),
    onClose({ extra }) {
      for (const call of extra.onGone) call()
    },
  }
}

/** Says who is at the other end, by a token in `connection_init` or in the upgrade's headers. */
async function connect({ extra, connectionParams }: Ctx, { verifier, desk }: SocketDoor) {
  const { socket } = extra
  try {
    extra.caller = await callerOf(connectionParams, extra.upgrade, verifier)
  } catch {
    return false
  }
  try {
    extra.onGone.push(desk.connections.ofCaller(extra.caller.principal))
  } catch {
    socket.close(TRY_AGAIN_LATER, 'Too many connections')
    return true
  }
  const unwatch = desk.callers.watch(extra.caller, (ending) => {
    extra.ending = ending
    socket.close(CloseCode.Forbidden, ending === 'expired' ? 'Token expired' : FORBIDDEN)
  })
  extra.onGone.push(unwatch)
  // It may have gone while its token was being verified.
  if (socket.readyState !== socket.OPEN) for (const call of extra.onGone) call()
  return true
}

async function callerOf(
  params: Params | undefined,
  upgrade: IncomingMessage,
  verifier: TokenVerifier,
): Promise<Caller> {
  const { authorization, accessToken } = params ?? {}
  if (authorization === undefined && accessToken === undefined) {
    return useAccessToken(upgrade, verifier)
  }
  const token = accessToken ?? bearerToken(authorization)
  if (typeof token !== 'string') throw unauthenticated('the token is no text')
  return { principal: await verifier.verify(token), accessToken: token }
}

function askedOf(
  { clientIp, userAgent, origin, caller }: SocketClient,
  payload: SubscribePayload,
  verifier: TokenVerifier,
  subscription: SubscriptionSlot,
): AskedOperation {
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', 'application/json'],
  ])
  const { query, variables } = payload
  return {
    transport: 'websocket',
    // A connection is made once, for operations of any time.
    trace: null,
    http: { method: 'POST', headers, search: '', body: payload },
    query,
    variables,
    async identify() {
      const { accessToken } = caller
      if (accessToken === null) return caller
      return { principal: await verifier.verify(accessToken), accessToken }
    },
    // Cookies are for requests that can set new ones.
    client: { requestId: newRequestId(), clientIp, userAgent, origin, sessionCookies: null },
    subscription,
  }
}

const preparedAs = (results: Prepared['results']): Prepared =>
  ({ document: ANY_OPERATION, results }) as unknown as Prepared

/** A generator that can be ended while it waits, which those of the language cannot. */
function resultsOf(stream: OpenStream, client: SocketClient): SocketResults {
  const done = { done: true, value: undefined } as const
  const end = async () => {
    stream.end(client.ending ?? 'left')
    return done
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const message = await stream.next()
      return message ? { done: false, value: JSON.parse(message.text) } : done
    },
    return: end,
    throw: end,
    [Symbol.asyncDispose]: async () => {
      await end()
    },
  } as SocketResults
}

async function masked(
  error: unknown,
  scope?: RequestScope,
): Promise<readonly GraphQLFormattedError[]> {
  const format = async () => {
    const shown =
      error instanceof AppError ? toGraphQLError(error) : new GraphQLError(String(error))
    return [formatError(shown.toJSON(), shown)]
  }
  return scope ? inScope({ ...scope, errorCodes: [] }, format) : format()
}
