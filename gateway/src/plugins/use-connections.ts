import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

export type Connections = {
  /** Those that are open, once TLS is agreed upon where the server speaks it. */
  readonly open: ReadonlySet<Socket>
  /** Asks clients that speak HTTP/2 to send their next requests elsewhere; what they sent goes on. */
  sayGoodbye(): void
  /** Ends every connection at once, whatever is under way on it. */
  cut(): void
}

/** RFC 9113 §6.8: the first of two goodbyes names the highest stream there can be. */
const ANY_STREAM = 2 ** 31 - 1

/**
 * Knows the connections that are open. Those without a request so far end when the gateway closes:
 * load balancers open them ahead, and Node counts none of them as idle, so that each would hold the
 * door open until its request timed out.
 */
export function useConnections(
  http: FastifyInstance,
  { isSecure, isDraining }: { readonly isSecure: boolean; readonly isDraining: () => boolean },
): Connections {
  const open = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  let isClosing = false
  http.server.on(isSecure ? 'secureConnection' : 'connection', (socket) => {
    if (isClosing) socket.destroy()
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  http.server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  // Kept-alive connections end with their next answer, so that none is in use when the door closes.
  http.addHook('onSend', async (_, reply) => {
    if (isDraining()) reply.header('connection', 'close')
  })
  http.addHook('preClose', async () => {
    isClosing = true
    for (const socket of open) if (!isHttp2(socket) && socket.bytesRead === 0) socket.destroy()
  })
  return {
    open,
    sayGoodbye() {
      for (const session of sessions) session.goaway(0, ANY_STREAM)
    },
    cut() {
      for (const socket of open) socket.destroy()
    },
  }
}

/** Of such a connection, Node keeps what comes and goes to itself. */
export const isHttp2 = (socket: Socket): boolean =>
  'alpnProtocol' in socket && socket.alpnProtocol === 'h2'
