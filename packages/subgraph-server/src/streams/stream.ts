import type { SubgraphRequest, SubgraphResponse } from '../request.ts'

/** A request for a subscription. */
export type SubgraphStreamRequest = SubgraphRequest & {
  /** Fires when nobody listens any more. */
  readonly signal: AbortSignal
}

/**
 * One message of a stream. One with errors and without `data` is the last: `RESUME_REQUIRED` where
 * the listener may go on elsewhere, `UNAUTHENTICATED` where its token came to an end.
 * `extensions.cursor` is where to go on after this message, for streams that can be resumed.
 */
export type StreamEvent = SubgraphResponse['result']

/**
 * A stream that has begun, or why it has not. Nothing is read ahead: a listener that does not ask
 * for the next event makes the source wait.
 */
export type SubgraphStream =
  | { readonly ok: true; readonly events: AsyncIterableIterator<StreamEvent, undefined> }
  | { readonly ok: false; readonly result: StreamEvent }

/** What the source of a stream, a resolver's `subscribe`, knows of who listens. */
export type StreamFacts = {
  /**
   * Fires when the stream is to end. A source frees what it holds then, and throws the reason where
   * that is an AppError; it may add to its extensions, a cursor for instance.
   */
  readonly signal: AbortSignal
  /** The `last-event-id` of a listener that comes back: it goes before any `after` it once sent. */
  readonly lastEventId: string | null
}
