import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { SubgraphRequest } from '../request.ts'
import type { StreamEvent, SubgraphStream, SubgraphStreamRequest } from './stream.ts'

/** Keeps proxies from taking a quiet stream for a dead one, and finds out listeners that are gone. */
const PING_EVERY_MS = 10_000

/** How long listeners may take to hear that the server closes. Milliseconds. */
const FAREWELL_MS = 2_000

export type SseRoute = {
  /** Resolves once every stream has been written to its end, or cut off because nobody reads it. */
  close(): Promise<void>
}

/**
 * `POST /graphql/stream`: GraphQL over Server-Sent Events, distinct connections mode
 * (graphql-sse's PROTOCOL.md). A refusal comes as an event too. Nothing is read of the source while
 * the connection takes no more bytes.
 */
export function addSseRoute(
  http: FastifyInstance,
  parseBody: (request: FastifyRequest) => SubgraphRequest,
  subscribe: (request: SubgraphStreamRequest) => Promise<SubgraphStream>,
): SseRoute {
  const responses = new Map<ServerResponse, Promise<void>>()

  http.post('/graphql/stream', async (request, reply) => {
    const body = parseBody(request)
    reply.hijack()
    const response = reply.raw
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const written = subscribe({ ...body, signal: gone.signal })
      .then((stream) => writeStream(response, stream))
      .finally(() => {
        response.end()
        responses.delete(response)
      })
    responses.set(response, written)
    await written
  })

  return {
    async close() {
      const timer = setTimeout(() => {
        for (const response of responses.keys()) response.destroy()
      }, FAREWELL_MS)
      await Promise.allSettled(responses.values())
      clearTimeout(timer)
    },
  }
}

async function writeStream(response: ServerResponse, stream: SubgraphStream): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.flushHeaders()
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': ping\n\n')
  }, PING_EVERY_MS)
  try {
    if (stream.ok) for await (const event of stream.events) await writeEvent(response, event)
    else await writeEvent(response, stream.result)
    response.write('event: complete\ndata:\n\n')
  } finally {
    clearInterval(ping)
  }
}

async function writeEvent(response: ServerResponse, event: StreamEvent): Promise<void> {
  const goesOn = response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`)
  if (!goesOn && !response.destroyed) await drained(response)
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
