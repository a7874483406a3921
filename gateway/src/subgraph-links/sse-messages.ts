import { upstreamUnavailable } from '@logicspike/errors'
import { createParser, type EventSourceMessage } from 'eventsource-parser'

/**
 * The messages of a Server-Sent Events body, in order; comments are left out. The body is read only
 * as far as messages are asked for.
 * @param maxBytes of one message, about
 * @throws AppError UPSTREAM_UNAVAILABLE where a message is longer
 */
export async function* sseMessages(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = []
  let failure: Error | null = null
  const parser = createParser({
    maxBufferSize: maxBytes,
    onEvent: (message) => arrived.push(message),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') failure = error
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    yield* arrived.splice(0)
    if (failure) throw upstreamUnavailable('a message of a stream is too long', failure)
  }
}
