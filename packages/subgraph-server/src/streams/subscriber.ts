import { AppError, formatGraphQLError, toGraphQLError } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import {
  createSourceEventStream,
  type ExecutionArgs,
  execute,
  GraphQLError,
  type GraphQLSchema,
  Kind,
} from 'graphql'
import { logErrors } from '../error-log.ts'
import type { VerifiedRequest } from '../request.ts'
import type { ServerContext } from '../server-context.ts'
import type { OpenStreams } from './open-streams.ts'
import { subscriptionParser, withCode } from './parse-subscription.ts'
import { sourceEvents } from './source-events.ts'
import type { StreamEvent, SubgraphStream, SubgraphStreamRequest } from './stream.ts'

type Options<C extends ServerContext> = {
  readonly schema: GraphQLSchema
  readonly createContext: (request: VerifiedRequest) => C
  readonly verify: (request: SubgraphStreamRequest) => Promise<VerifiedRequest>
  readonly streams: OpenStreams
}

/** Begins subscriptions; throws what keeps a request out before its document is looked at. */
export function createSubscriber<C extends ServerContext>(options: Options<C>) {
  const { schema, createContext, verify, streams } = options
  const parseOnce = subscriptionParser(schema)

  return async function subscribe(request: SubgraphStreamRequest): Promise<SubgraphStream> {
    const { operationName, variables, signal } = request
    const verified = await verify(request)
    const parsed = parseOnce(request.query, operationName)
    if (!parsed.ok) return { ok: false, result: { errors: parsed.errors.map(format) } }

    const lease = streams.open(verified, signal)
    const { document } = parsed
    const stream = { signal: lease.signal, lastEventId: request.headers['last-event-id'] ?? null }
    const args = { schema, document, operationName, variableValues: variables }
    const source = await withContext(createContext({ ...verified, stream }), (contextValue) =>
      createSourceEventStream({ ...args, contextValue }),
    ).catch(failed(lease.release))
    if (!(Symbol.asyncIterator in source)) {
      lease.release()
      const errors = (source.errors ?? []).map(asVariableError)
      logErrors(verified.log, errors, operationName)
      return { ok: false, result: { errors: errors.map(format) } }
    }
    return {
      ok: true,
      events: sourceEvents({
        source: source[Symbol.asyncIterator](),
        // A context of its own for each event: what one has read must not be shown by the next.
        execute: (payload) =>
          withContext(createContext({ ...verified, stream }), (contextValue) =>
            executeEvent({ ...args, rootValue: payload, contextValue }, verified.log),
          ),
        failure: (error) => lastEvent(error, verified.log),
        lease,
      }),
    }
  }
}

async function withContext<C extends ServerContext, Value>(
  context: C,
  work: (context: C) => Promise<Value>,
): Promise<Value> {
  try {
    return await work(context)
  } finally {
    await context.dispose?.()
  }
}

const failed = (release: () => void) => (error: unknown) => {
  release()
  throw error
}

async function executeEvent(args: ExecutionArgs, log: Logger): Promise<StreamEvent> {
  const { data, errors } = await execute(args)
  if (errors) logErrors(log, errors, args.operationName)
  const extensions = extensionsOf(args.rootValue)
  return {
    data: data ?? null,
    ...(errors && { errors: errors.map(format) }),
    ...(extensions && { extensions }),
  }
}

/** What a source wants to go with an event, beside the field itself: `{ field: …, extensions }`. */
function extensionsOf(payload: unknown): Record<string, unknown> | undefined {
  const { extensions } = (payload ?? {}) as { extensions?: Record<string, unknown> }
  return extensions
}

function lastEvent(error: unknown, log: Logger): StreamEvent {
  const graphqlError = asGraphQLError(error)
  logErrors(log, [graphqlError], undefined)
  return { errors: [format(graphqlError)] }
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  if (error instanceof AppError) return toGraphQLError(error)
  const originalError = error instanceof Error ? error : new Error(String(error))
  return new GraphQLError(originalError.message, { originalError })
}

/** Variables that do not fit their types are the only errors that point at their definitions. */
function asVariableError(error: GraphQLError): GraphQLError {
  const isOfVariable = error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION
  return isOfVariable && !error.originalError ? withCode(error, 'BAD_USER_INPUT') : error
}

const format = (error: GraphQLError): object => formatGraphQLError(error.toJSON(), error, {})
