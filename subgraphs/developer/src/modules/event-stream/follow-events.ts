import { AppError } from '@logicspike/errors'
import type { LoggedEvent } from '@logicspike/events'
import { type EventLine, requireUnbroken } from './event-line.ts'
import type { LiveEvents, LiveFeed } from './live-events.ts'

/** What is sent where there is no event to send. */
export type Checkpoint = {
  readonly kind: 'checkpoint'
  readonly seq: number
  readonly cursor: string
}

/** What a listener receives. Every item says where to go on after it. */
export type StreamItem =
  | { readonly kind: 'event'; readonly event: LoggedEvent; readonly cursor: string }
  | Checkpoint

export type StreamLimits = {
  /** Events read from the log at a time. */
  readonly batch: number
  /** Events of the live line that wait for a listener; with one more it has to resume. */
  readonly buffer: number
  /** A checkpoint is sent at the latest after so many events that were not for the listener. */
  readonly checkpointEvery: number
  /** And after so many milliseconds without a word. */
  readonly checkpointAfterMs: number
}

export const STREAM_LIMITS: StreamLimits = {
  batch: 500,
  buffer: 1_000,
  checkpointEvery: 500,
  checkpointAfterMs: 30_000,
}

type Following = {
  readonly line: EventLine
  /** Where to begin: what comes after it is sent. */
  readonly seq: number
  readonly live: LiveEvents
  readonly signal: AbortSignal
  readonly limits?: StreamLimits
}

/** How far a listener has come. */
type Place = {
  /** The last event sent, or passed over. */
  seq: number
  /** Events passed over since the last message. */
  passedOver: number
}

/**
 * A workspace's events from a place on: first out of the log, then as they are recorded, in order,
 * each once, without a gap. The live feed is opened before the rest of the log is read, so what is
 * recorded meanwhile waits in it; and what it leaves out is read from the log, which is the truth.
 * Nothing is read ahead of a slow listener: its feed is bounded, and running over ends the stream.
 * @throws AppError with the last cursor: the signal's reason; RESUME_REQUIRED, also where the log
 * cannot be read at the moment; CURSOR_EXPIRED
 */
export async function* followEvents(following: Following): AsyncGenerator<StreamItem, undefined> {
  const { line, live, signal, limits = STREAM_LIMITS } = following
  const place: Place = { seq: following.seq, passedOver: 0 }
  let feed: LiveFeed | undefined
  const free = () => feed?.close()
  signal.addEventListener('abort', free, { once: true })
  try {
    // The backlog first, for it may take longer than the feed has room.
    yield* replay(following, place, limits)
    feed = live.open(line.tenantId, limits.buffer)
    yield* replay(following, place, limits)
    yield checkpoint(line, place)
    for (;;) {
      const next = await feed.next(limits.checkpointAfterMs)
      requireOpen(signal, next)
      if (next === 'idle') yield checkpoint(line, place)
      else yield* join(following, place, next as LoggedEvent, limits)
    }
  } catch (error) {
    throw withCursor(error, line.cursorAt(place.seq))
  } finally {
    signal.removeEventListener('abort', free)
    feed?.close()
  }
}

/** Everything from the place to where the log ends at this moment. */
async function* replay(
  { line, signal }: Following,
  place: Place,
  limits: StreamLimits,
): AsyncGenerator<StreamItem, undefined> {
  for (;;) {
    const { tenantId, reader } = line
    const events = await reader.afterSeq({ tenantId, seq: place.seq, limit: limits.batch })
    await requireUnbroken(line, place.seq, events)
    for (const event of events) {
      // Looked at for each, because a listener may take its time between two.
      requireOpen(signal)
      yield* send(line, place, event, limits)
    }
    requireOpen(signal)
    if (events.length < limits.batch) return
  }
}

/** An event of the feed: sent unless it was, and after whatever comes before it. */
async function* join(
  following: Following,
  place: Place,
  event: LoggedEvent,
  limits: StreamLimits,
): AsyncGenerator<StreamItem, undefined> {
  if (event.seq > place.seq + 1) yield* replay(following, place, limits)
  if (event.seq > place.seq + 1) throw resumeRequired('An event is not readable yet.')
  if (event.seq === place.seq + 1) yield* send(following.line, place, event, limits)
}

function* send(
  line: EventLine,
  place: Place,
  event: LoggedEvent,
  limits: StreamLimits,
): Generator<StreamItem, undefined> {
  place.seq = event.seq
  place.passedOver += 1
  if (line.shows(event)) {
    place.passedOver = 0
    yield { kind: 'event', event, cursor: line.cursorAt(event.seq) }
  } else if (place.passedOver >= limits.checkpointEvery) yield checkpoint(line, place)
}

function checkpoint(line: EventLine, place: Place): StreamItem {
  place.passedOver = 0
  return { kind: 'checkpoint', seq: place.seq, cursor: line.cursorAt(place.seq) }
}

function requireOpen(signal: AbortSignal, state?: unknown): void {
  if (signal.aborted) throw signal.reason
  if (state === 'closed') throw resumeRequired('This stream ends here.')
  if (state === 'overrun') throw resumeRequired('Events came faster than they were taken.')
}

const resumeRequired = (why: string): AppError =>
  new AppError('RESUME_REQUIRED', `${why} Go on after the cursor given.`)

function withCursor(error: unknown, cursor: string): unknown {
  if (!(error instanceof AppError)) return error
  const { detail, cause } = error
  const isAway = error.code === 'UPSTREAM_UNAVAILABLE'
  const { code, message } = isAway ? resumeRequired('The events cannot be read now.') : error
  const extensions = { cursor, ...error.extensions }
  return new AppError(code, message, { cause, extensions, ...(detail && { detail }) })
}
