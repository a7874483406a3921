import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { HttpLimits } from '../door/http-limits.ts'
import { type Connections, isHttp2 } from './use-connections.ts'

type Http2Stream = ServerHttp2Stream & { readonly endAfterHeaders: boolean }
type Limits = Pick<HttpLimits, 'stallMs' | 'requestMs' | 'checkMs'>

/**
 * Ends what waits for a client that takes nothing: a connection of HTTP/1.1 or a stream of HTTP/2
 * to which something has been to be written all the time, none of which was done with. Ends streams
 * of HTTP/2 whose request does not come, too; Node does so for HTTP/1.1 alone.
 * They are looked at once in a while, as a timer for each answer would cost more than answering.
 */
export function useSlowClientLimits(
  http: FastifyInstance,
  connections: Pick<Connections, 'open'>,
  { stallMs, requestMs, checkMs }: Limits,
): void {
  const streams = new Set<Http2Stream>()
  /** When a request began that is not whole yet. */
  const requests = new Map<Http2Stream, number>()
  /** Since when nothing was done with. */
  const stalled = new WeakMap<Socket | Http2Stream, number>()
  const watched = new WeakSet<Socket | Http2Stream>()

  http.server.on('stream', (stream: Http2Stream) => {
    streams.add(stream)
    stream.once('close', () => {
      streams.delete(stream)
      requests.delete(stream)
    })
    if (stream.endAfterHeaders) return
    requests.set(stream, performance.now())
    stream.once('end', () => requests.delete(stream))
  })

  /** Whether it has been stalled for too long. */
  function isStuck(way: Socket | Http2Stream, now: number): boolean {
    if (way.writableLength === 0) stalled.delete(way)
    else if (!stalled.has(way)) beginStall(way, now)
    return now - (stalled.get(way) ?? now) >= stallMs
  }

  function beginStall(way: Socket | Http2Stream, now: number): void {
    stalled.set(way, now)
    if (watched.has(way)) return
    watched.add(way)
    way.on('drain', () => stalled.delete(way))
  }

  function look(): void {
    const now = performance.now()
    for (const socket of connections.open) {
      if (!isHttp2(socket) && isStuck(socket, now)) socket.destroy()
    }
    for (const stream of streams) {
      const isLate = now - (requests.get(stream) ?? now) >= requestMs
      if (isLate || isStuck(stream, now)) stream.close(constants.NGHTTP2_CANCEL)
    }
  }

  const looking = setInterval(look, checkMs).unref()
  http.addHook('onClose', async () => clearInterval(looking))
}
