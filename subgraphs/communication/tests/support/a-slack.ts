import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import { createOutboundHttp, LOOPBACK, type OutboundHttp } from '@logicspike/outbound-http'
import type { SlackPlaces } from '../../src/modules/slack/slack-credentials.ts'

type Received = {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: messages of many shapes, looked at one by one
  readonly body: any
}

export type SlackReply = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A server that stands for Slack, over real HTTP. */
export type FakeSlack = {
  readonly received: Received[]
  readonly places: SlackPlaces
  /** A webhook of this Slack's. */
  readonly webhookUrl: string
  /** From now on; null for what Slack says when all is well. */
  answer(reply: SlackReply | null): void
  /** As of the platform, except that this one server may be called. */
  outbound(): OutboundHttp
}

/** One for a test file; what it has received is forgotten before each test. */
export function useSlack(): FakeSlack {
  const received: Received[] = []
  let reply: SlackReply | null = null
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      received.push({ url, headers, body: JSON.parse(Buffer.concat(chunks).toString() || 'null') })
      const { status = 200, body = url.startsWith('/api/') ? '{"ok":true}' : 'ok' } = reply ?? {}
      response.writeHead(status, reply?.headers).end(body)
    })
  })
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)))
  beforeEach(() => {
    received.length = 0
    reply = null
  })
  afterAll(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  )
  return {
    received,
    get places() {
      return { webhookOrigin: origin(), apiUrl: `${origin()}/api/` }
    },
    get webhookUrl() {
      return `${origin()}/services/T024BE91L/B024BE91M/abcdefghijklmnopqrstWXYZ`
    },
    answer(next) {
      reply = next
    },
    outbound: () =>
      createOutboundHttp({ allowedRanges: LOOPBACK, protocols: ['http:'], ports: 'any' }),
  }
}
