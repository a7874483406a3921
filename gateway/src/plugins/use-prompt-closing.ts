import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Ends connections without a request so far when the gateway closes. Load balancers open them ahead,
 * and Node counts none of them as idle: each would hold the door open until its request timed out.
 */
export function usePromptClosing(http: FastifyInstance): void {
  const unused = new Set<Socket>()
  let isClosing = false
  http.server.on('connection', (socket) => {
    if (isClosing) socket.destroy()
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  http.addHook('preClose', async () => {
    isClosing = true
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy()
  })
}
