import { upstreamUnavailable } from '@logicspike/errors'
import { Pool } from 'undici'
import { parseSourceEvent } from './read-subgraph-body.ts'
import { sseMessages } from './sse-messages.ts'
import type { SourceEvent, SubgraphLink, SubgraphStreamRequest } from './subgraph-link.ts'

type Options = {
  readonly name: string
  readonly origin: string
  /** Where streams are asked for, with its query. */
  readonly path: string
  /** Until the subgraph says that it is a stream. Milliseconds. */
  readonly timeoutMs: number
  /** Bytes of one event; a longer one is not read. */
  readonly maxEventBytes: number
  readonly bodyOf: (request: SubgraphStreamRequest) => string
  readonly asAppError: (error: unknown) => Error
}

/** Without a word or a comment for so long, the other end counts as gone; it pings every 10 s. */
const SILENCE_MS = 30_000

/** Streams of a subgraph over HTTP: GraphQL over SSE, one connection each. */
export function createHttpStreams(options: Options): Pick<SubgraphLink, 'subscribe' | 'close'> {
  const { name, origin, path, timeoutMs, maxEventBytes, bodyOf, asAppError } = options
  // A stream holds its connection while it lasts, so it takes none of those that requests wait for.
  const pool = new Pool(origin, {
    connections: null,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: SILENCE_MS,
    connectTimeout: Math.min(timeoutMs, 5_000),
  })

  async function open(request: SubgraphStreamRequest): Promise<AsyncIterable<Uint8Array>> {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path,
      headers: {
        ...request.headers,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: bodyOf(request),
      signal: request.signal,
    })
    const isStream = String(headers['content-type']).startsWith('text/event-stream')
    if (statusCode === 200 && isStream) return body
    await body.dump().catch(() => undefined)
    throw upstreamUnavailable(`${name} answered ${statusCode} where a stream was asked for`)
  }

  async function* events(
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<SourceEvent> {
    try {
      for await (const { event, data } of sseMessages(body, maxEventBytes)) {
        if (event === 'complete') return
        if (event === 'next') yield parseSourceEvent(name, data)
      }
      if (!signal.aborted) throw upstreamUnavailable(`a stream of ${name} broke off`)
    } catch (error) {
      if (signal.aborted) return
      throw asAppError(error)
    }
  }

  return {
    async subscribe(request) {
      try {
        return events(await open(request), request.signal)
      } catch (error) {
        throw asAppError(error)
      }
    },
    close: () => pool.destroy(),
  }
}
