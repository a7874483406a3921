import type { GraphQLError } from 'graphql'
import type { ExecutedOperation } from '../execution/execute-operation.ts'
import type { PreparedStream } from '../execution/prepare-stream.ts'
import { appErrorOf } from '../execution/subgraph-errors.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { formatError } from '../plugins/use-error-masking.ts'
import { inScope, type RequestScope } from '../request-scope.ts'
import type { SourceEvent } from '../subgraph-links/subgraph-link.ts'
import type { LiveGroup, Member } from './live-group.ts'
import { createMessageQueue } from './message-queue.ts'
import { cursorOf, isLast, type OpenSource, resumedSource } from './resumed-source.ts'
import type { StreamBudgets } from './stream-budgets.ts'
import { type Ending, endingError, limitedError, type StreamEnd } from './stream-end.ts'
import type { StreamLimits } from './stream-limits.ts'

/** One result of a subscription, as the client gets it. */
export type StreamMessage = {
  /** JSON of an execution result. */
  readonly text: string
  /** Where to go on after this message, where its stream can be resumed. */
  readonly cursor: string | null
  /** Of its data, in cost units. */
  readonly cost: number
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
  readonly over: Promise<StreamOutcome>
}

export type StreamOutcome = {
  readonly end: StreamEnd
  /** Messages handed to the client, and what they cost together. */
  readonly sent: number
  readonly cost: number
}

/** A source that says nothing for so long has told its backlog. */
const IDLE_MS = 100

export type StreamParts = {
  readonly stream: PreparedStream
  /** How its source is opened. */
  readonly open: OpenSource
  /** The cursor with which the client came back, if any. */
  readonly after: string | null
  readonly context: GatewayContext
  readonly scope: RequestScope
  readonly limits: StreamLimits
  /** What its messages are paid from. */
  readonly budgets: Pick<StreamBudgets, 'pay'>
  /** Called for each message that is handed to the client. */
  readonly onSent: () => void
  /** Those who may share a source with it, if any. */
  readonly group: LiveGroup | null
}

/**
 * Opens a subscription at its source.
 * @throws AppError UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT where that is not possible
 */
export async function openStream(parts: StreamParts): Promise<OpenStream> {
  const { stream, open, after, scope, limits, budgets, onSent, group } = parts
  const control = new AbortController()
  // What its messages take is no part of the operation that began it.
  const context = { ...parts.context, signal: control.signal, record: undefined }
  // What others wait for as well outlasts this client's connection, by which its request is aborted.
  const lasting = { ...context, signal: undefined }
  const over = Promise.withResolvers<StreamOutcome>()
  const queue = createMessageQueue<StreamMessage>(
    { events: limits.bufferedEvents, bytes: limits.bufferedBytes },
    ({ text }) => text.length,
  )
  let cursor = after
  /** Of the last message that is on its way. */
  let put = after
  let own = new AbortController()
  let unseated = Promise.withResolvers<void>()
  let isSeated = false
  let sent = 0
  let cost = 0
  let ended = false

  function conclude(end: StreamEnd): void {
    ended = true
    control.abort()
    own.abort()
    if (group) group.leave(member)
    unseated.resolve()
    over.resolve({ end, sent, cost })
  }

  function end(ending: Ending): void {
    if (ended) return
    conclude(ending)
    queue.abandon(endingError(ending, cursor) ?? undefined)
  }

  const member: Member = {
    context: lasting,
    open,
    messageOf: (event) => messageOf(stream, event, lasting, scope),
    cursor: () => put,
    seat() {
      isSeated = true
      unseated = Promise.withResolvers()
      own.abort()
    },
    deliver(message, at) {
      if (ended || queue.isFull) return false
      queue.put(message)
      put = at ?? put
      return true
    },
    unseat() {
      isSeated = false
      unseated.resolve()
    },
  }

  /** @returns false where the client takes nothing */
  async function pass(event: SourceEvent): Promise<boolean> {
    if (isLast(event)) throw refusalOf(stream, event)
    queue.put(messageOf(stream, event, context, scope))
    put = cursorOf(event) ?? put
    const isTaken = !queue.isFull || (await queue.room(limits.stalledMs))
    if (isTaken) group?.sent(member)
    return isTaken
  }

  /** Everything of its own source, until that is over or it is served by its group. */
  async function listenAlone(first: Promise<AsyncIterable<SourceEvent>>): Promise<void> {
    const { signal } = own
    const idle = setTimeout(() => group?.idle(member), IDLE_MS)
    const position = { open, after: put, signal, reopenings: limits.reopenings }
    try {
      for await (const event of resumedSource(await first, position)) {
        if (isSeated) return
        if (!(await pass(event))) return end('slow')
        idle.refresh()
      }
    } catch (error) {
      // What its source says of being closed is no news.
      if (!signal.aborted) throw error
    } finally {
      clearTimeout(idle)
    }
  }

  /** Waits while its group serves it. @returns false where it is over meanwhile */
  async function listenTogether(): Promise<boolean> {
    while (isSeated) {
      await unseated.promise
      if (ended) return false
      if (!(await queue.room(limits.stalledMs))) {
        end('slow')
        return false
      }
    }
    return true
  }

  async function pump(first: AsyncIterable<SourceEvent>): Promise<void> {
    await listenAlone(Promise.resolve(first))
    while (isSeated && (await listenTogether())) {
      own = new AbortController()
      await listenAlone(open(put, own.signal))
    }
    if (!ended) queue.finish()
  }

  pump(await open(after, own.signal)).catch((error: unknown) => queue.finish(error))

  return {
    async next() {
      try {
        const message = await queue.take()
        if (!message) {
          if (!ended) conclude('completed')
          return null
        }
        const unpaid = await budgets.pay(context, message.cost)
        // Ended meanwhile, it was told where to go on: before this message.
        if (ended) return await queue.take()
        if (unpaid) {
          conclude('limited')
          throw limitedError(unpaid, cursor)
        }
        cursor = message.cursor ?? cursor
        sent += 1
        cost += message.cost
        onSent()
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
  return { text, cursor: cursorOf(event), cost: stream.costOf(executed) }
}

function written(executed: ExecutedOperation): string {
  if ('body' in executed) return executed.body.toString('utf8')
  const { data, errors } = executed
  if (errors.length === 0) return JSON.stringify({ data })
  return JSON.stringify({ errors: errors.map(formatted), data })
}

const formatted = (error: GraphQLError) => formatError(error.toJSON(), error)
