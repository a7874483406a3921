import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type IdleConnections, openIdleConnections } from '../bench/idle-connections.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

const CONNECTIONS = 1_000

let tester: GatewayTester<'identity' | 'tenancy'>
let idle: IdleConnections
beforeAll(async () => {
  tester = await createGatewayTester({
    definitions: { identity, tenancy },
    // Shorter than the test: a connection that keeps quiet between requests is no slow one.
    httpLimits: { headersMs: 1_000, requestMs: 1_000, stallMs: 100, checkMs: 20 },
  })
  idle = await openIdleConnections(tester.port, CONNECTIONS)
})
afterAll(async () => {
  idle.close()
  await tester.close()
})

test('a thousand idle connections stay open, and others are answered beside them', async () => {
  const began = performance.now()
  do {
    expect((await tester.ask('{ version }')).body).toEqual({ data: { version: '1' } })
  } while (performance.now() - began < 1_200)
  expect(idle.count()).toBe(CONNECTIONS)
})

test('a gateway that stops does not wait for them', async () => {
  await tester.gateway.stop()
  while (idle.count() > 0) await new Promise(setImmediate)
})
