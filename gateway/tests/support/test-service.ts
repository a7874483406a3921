import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What reached a service, as it came over the wire. */
export type ServiceCall = {
  readonly method: string
  readonly url: string
  /** Name, value, name, value … */
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

export type TestService = {
  readonly origin: string
  readonly server: Server
  /** Requests that came whole. */
  readonly calls: ServiceCall[]
  /** Every byte that any connection carried here. */
  bytes(): string
  /** From now on; null for an echo of what was asked. */
  answer(how: Answer | null): void
  reset(): void
  close(): Promise<void>
}

/** An end-user service behind the gateway: a real HTTP server that remembers what it was sent. */
export async function createTestService(name = 'service'): Promise<TestService> {
  const calls: ServiceCall[] = []
  let parts: Buffer[] = []
  let how: Answer | null = null
  const server = createServer((request, response) => {
    if (how) return how(request, response)
    void echo(request, response)
  })
  // Node parses on by itself; this listener is shown the same bytes.
  server.on('connection', (socket) => socket.on('data', (part: Buffer) => parts.push(part)))

  async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', rawHeaders, headers } = request
    const body = await textOf(request).catch(() => null)
    if (body === null) return
    calls.push({ method, url, rawHeaders, headers, body })
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ name, method, url, body }))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    calls,
    bytes: () => Buffer.concat(parts).toString('latin1'),
    answer(given) {
      how = given
    },
    reset() {
      calls.length = 0
      parts = []
      how = null
    },
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

export async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
