import type { GraphQLError } from 'graphql'
import type { ExecutedOperation } from '../execution/execute-operation.ts'
import type { PreparedStream } from '../execution/prepare-stream.ts'
import { appErrorOf } from '../execution/subgraph-errors.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { formatError } from '../plugins/use-error-masking.ts'
import { inScope, type RequestScope } from '../request-scope.ts'
import type { SourceEvent } from '../subgraph-links/subgraph-link.ts'
import { createMessageQueue } from './message-queue.ts'
import { cursorOf, isLast, type OpenSource, resumedSource } from './resumed-source.ts'
import { type Ending, endingError, type StreamEnd } from './stream-end.ts'
import type { StreamLimits } from './stream-limits.ts'

/** One result of a subscription, as the client gets it. */
export type StreamMessage = {
  /** JSON of an execution result. */
  readonly text: string
  /** Where to go on after this message, where its stream can be resumed. */
  readonly cursor: string | null
}

/** A subscription under way to one client. */
export type OpenStream = {
  /**
   * The next message; null where there is none any more. Asked for only when the one before has been
   * taken off our hands.
   * @throws AppError the last thing the client is to be told
   */
  next(): Promise<StreamMessage | null>
  /** Ends it; what has not been asked for is not sent. */
  end(ending: Ending): void
  /** Resolves once it is over. */
  readonly over: Promise<{ readonly end: StreamEnd; readonly sent: number }>
}

export type StreamParts = {
  readonly stream: PreparedStream
  /** How its source is opened. */
  readonly open: OpenSource
  /** The cursor with which the client came back, if any. */
  readonly after: string | null
  readonly context: GatewayContext
  readonly scope: RequestScope
  readonly limits: StreamLimits
}

/**
 * Opens a subscription at its source.
 * @throws AppError UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT where that is not possible
 */
export async function openStream(parts: StreamParts): Promise<OpenStream> {
  const { stream, open, after, context, scope, limits } = parts
  const control = new AbortController()
  const over = Promise.withResolvers<{ end: StreamEnd; sent: number }>()
  const queue = createMessageQueue<StreamMessage>(
    { events: limits.bufferedEvents, bytes: limits.bufferedBytes },
    ({ text }) => text.length,
  )
  let cursor = after
  let sent = 0
  let ended = false

  function conclude(end: StreamEnd): void {
    ended = true
    control.abort()
    over.resolve({ end, sent })
  }

  function end(ending: Ending): void {
    if (ended) return
    conclude(ending)
    queue.abandon(endingError(ending, cursor) ?? undefined)
  }

  async function pump(first: AsyncIterable<SourceEvent>): Promise<void> {
    const { signal } = control
    const { reopenings } = limits
    for await (const event of resumedSource(first, { open, after, signal, reopenings })) {
      if (isLast(event)) throw refusalOf(stream, event)
      queue.put(messageOf(stream, event, context, scope))
      if (queue.isFull && !(await queue.room(limits.stalledMs))) return end('slow')
    }
    queue.finish()
  }

  pump(await open(after, control.signal)).catch((error: unknown) => queue.finish(error))

  return {
    async next() {
      try {
        const message = await queue.take()
        if (!message) {
          if (!ended) conclude('completed')
          return null
        }
        cursor = message.cursor ?? cursor
        sent += 1
        return message
      } catch (error) {
        if (!ended) conclude('failed')
        throw error
      }
    },
    end,
    over: over.promise,
  }
}

function refusalOf({ primary }: PreparedStream, { errors = [] }: SourceEvent): Error {
  return appErrorOf(primary.subgraph, errors[0] ?? {})
}

async function messageOf(
  stream: PreparedStream,
  event: SourceEvent,
  context: GatewayContext,
  scope: RequestScope,
): Promise<StreamMessage> {
  const executed = await stream.run(event, context)
  // A stream may last for days; each of its messages has its own list of codes.
  const text = await inScope({ ...scope, errorCodes: [] }, async () => written(executed))
  return { text, cursor: cursorOf(event) }
}

function written(executed: ExecutedOperation): string {
  if ('text' in executed) return `{"data":${executed.text}}`
  const { data, errors } = executed
  if (errors.length === 0) return JSON.stringify({ data })
  return JSON.stringify({ errors: errors.map(formatted), data })
}

const formatted = (error: GraphQLError) => formatError(error.toJSON(), error)
