import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { drainAndStop } from '../src/graceful-shutdown.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import type { SubgraphDefinition } from './support/test-subgraph.ts'

let slow = Promise.withResolvers<string>()
const subgraph: SubgraphDefinition = {
  sdl: 'type Query { slow: String @public quick: String @public }',
  resolvers: { Query: { slow: () => slow.promise, quick: () => 'quick' } },
}
let tester: GatewayTester<'subgraph'>

beforeEach(async () => {
  slow = Promise.withResolvers<string>()
  tester = await createGatewayTester({ definitions: { subgraph } })
})
afterEach(() => tester.close())

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise(setImmediate)
}
const log = { info: () => undefined, warn: () => undefined } as never

describe('a gateway that is told to stop', () => {
  test('says first that it is not ready, and still answers', async () => {
    expect((await fetch(`${tester.url}/readyz`)).status).toBe(200)
    tester.gateway.beginDrain()
    const ready = await fetch(`${tester.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({
      status: 'not-ready',
      parts: { serving: { status: 'not-ready', reason: 'the gateway is about to stop' } },
    })
    expect((await fetch(`${tester.url}/healthz`)).status).toBe(200)
    expect((await tester.ask('{ quick }')).body).toEqual({ data: { quick: 'quick' } })
  })

  test('does not wait for a connection on which nobody has asked anything', async () => {
    const accepted = once(tester.gateway.http.server, 'connection')
    const socket = connect(Number(new URL(tester.url).port), '127.0.0.1')
    await accepted
    const closed = once(socket, 'close')
    await tester.gateway.stop()
    await closed
  })

  test('lets requests under way end and takes no new connections', async () => {
    const running = tester.ask('{ slow }', { headers: { connection: 'close' } })
    await until(() => tester.subgraphs.subgraph.received.length === 1)
    const stopped = drainAndStop(tester.gateway, { delayMs: 0, deadlineMs: 60_000, log })
    await until(() => !tester.gateway.http.server.listening)
    await expect(tester.ask('{ quick }', { headers: { connection: 'close' } })).rejects.toThrow(
      'fetch failed',
    )
    slow.resolve('done')
    expect((await running).body).toEqual({ data: { slow: 'done' } })
    await stopped
  })

  test('cuts what outlasts the deadline', async () => {
    const running = tester.ask('{ slow }')
    const cut = expect(running).rejects.toThrow('fetch failed')
    await until(() => tester.subgraphs.subgraph.received.length === 1)
    const stopped = drainAndStop(tester.gateway, { delayMs: 0, deadlineMs: 50, log })
    await cut
    await stopped
  })

  test('may be told twice', async () => {
    await tester.gateway.stop()
    await tester.gateway.stop()
  })
})
