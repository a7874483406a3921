import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createHttpSubgraphLink } from './http-subgraph-link.ts'
import type { SubgraphLink, SubgraphRequest } from './subgraph-link.ts'

let server: Server
let link: SubgraphLink
let connections: number

afterEach(async () => {
  await link.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function linkTo(listener: RequestListener, options: { connections?: number } = {}) {
  connections = 0
  server = createServer({ keepAliveTimeout: 65_000 }, listener)
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  link = createHttpSubgraphLink({
    name: 'one',
    url: `http://127.0.0.1:${port}/v2/graphql?x=1`,
    ...options,
  })
}

const request: SubgraphRequest = {
  query: 'query Q { x }',
  variables: { n: 1 },
  operationName: 'Q',
  kind: 'query',
  headers: { 'x-request-id': 'req_1' },
}

describe('an HTTP link', () => {
  test('posts to the whole URL, with the headers given and its own media types', async () => {
    const seen: unknown[] = []
    await linkTo(async (incoming, response) => {
      const { method, url, headers } = incoming
      const body = JSON.parse(Buffer.concat(await incoming.toArray()).toString())
      seen.push({ method, url, id: headers['x-request-id'], type: headers['content-type'], body })
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end('{"data":{"x":1},"errors":[{"message":"m"}]}')
    })
    expect(await link.graphql(request)).toEqual({
      body: { data: { x: 1 }, errors: [{ message: 'm' }], plain: true },
      setCookies: ['a=1', 'b=2'],
    })
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/v2/graphql?x=1',
        id: 'req_1',
        type: 'application/json',
        body: { query: 'query Q { x }', variables: { n: 1 }, operationName: 'Q' },
      },
    ])
  })

  test('keeps its connections for the next requests', async () => {
    await linkTo((_, response) => response.end('{"data":{"x":1}}'))
    for (let at = 0; at < 10; at++) await link.graphql(request)
    // One may still be putting itself back when the next request comes.
    expect(connections).toBeLessThanOrEqual(2)
  })

  test('opens no more connections than it may; the rest wait their turn', async () => {
    let running = 0
    let most = 0
    await linkTo(
      (_, response) => {
        running += 1
        most = Math.max(most, running)
        setImmediate(() => {
          running -= 1
          response.end('{"data":{"x":1}}')
        })
      },
      { connections: 3 },
    )
    const answers = await Promise.all(Array.from({ length: 30 }, () => link.graphql(request)))
    expect(answers).toHaveLength(30)
    expect(connections).toBeLessThanOrEqual(3)
    expect(most).toBeLessThanOrEqual(3)
  })

  test('when closed lets requests under way end', async () => {
    const arrived = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    await linkTo(async (_, response) => {
      arrived.resolve()
      await answer.promise
      response.end('{"data":{"x":"late"}}')
    })
    const running = link.graphql(request)
    await arrived.promise
    const closed = link.close()
    answer.resolve()
    expect((await running).body.data).toEqual({ x: 'late' })
    await closed
    link = { ...link, close: async () => undefined }
  })
})
