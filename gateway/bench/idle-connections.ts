import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Each local address has some 28,000 ports to one port of the gateway. */
const ADDRESSES = 4
const AT_A_TIME = 200
const REQUEST = 'GET /healthz HTTP/1.1\r\nhost: gateway.example\r\n\r\n'

export type IdleConnections = {
  /** How many are open still. */
  count(): number
  close(): void
}

/**
 * Opens connections, asks once on each, and leaves them open, as clients with connection pools do.
 * @throws Error where one is refused or not answered
 */
export async function openIdleConnections(port: number, count: number): Promise<IdleConnections> {
  const open = new Set<Socket>()

  async function openOne(at: number): Promise<void> {
    const socket = connect({
      port,
      host: '127.0.0.1',
      localAddress: `127.0.0.${1 + (at % ADDRESSES)}`,
    })
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.write(REQUEST)
    const [part] = (await once(socket, 'data')) as [Buffer]
    if (!part.toString('latin1').startsWith('HTTP/1.1 200 ')) throw new Error(String(part))
    socket.on('error', () => socket.destroy())
    socket.resume()
  }

  for (let from = 0; from < count; from += AT_A_TIME) {
    const some = Array.from({ length: Math.min(AT_A_TIME, count - from) }, (_, at) => from + at)
    await Promise.all(some.map(openOne))
  }
  return {
    count: () => open.size,
    close() {
      for (const socket of open) socket.destroy()
    },
  }
}
