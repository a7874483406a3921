import { describe, expect, test } from '@jest/globals'
import { createGatewayTester } from './support/gateway-tester.ts'
import { identity } from './support/story-subgraphs.ts'

describe('readiness', () => {
  test.each([
    ['epochs', { epochs: { ready: false } }],
    ['keys', { keys: { fetchedAt: null } }],
  ])(
    'without %s the gateway is alive and not ready, and says what is missing',
    async (part, deps) => {
      await using tester = await createGatewayTester({ definitions: { identity }, ...deps })
      const response = await fetch(`${tester.url}/readyz`)
      expect(response.status).toBe(503)
      const { parts } = (await response.json()) as { parts: Record<string, string> }
      expect(Object.entries(parts).filter(([, state]) => state !== 'ready')).toEqual([
        [part, 'not-ready'],
      ])
      expect((await fetch(`${tester.url}/healthz`)).status).toBe(200)
    },
  )

  test('becomes ready by itself', async () => {
    const epochs = { ready: false }
    await using tester = await createGatewayTester({ definitions: { identity }, epochs })
    expect(tester.gateway.isReady()).toBe(false)
    epochs.ready = true
    expect(tester.gateway.isReady()).toBe(true)
    expect((await fetch(`${tester.url}/readyz`)).status).toBe(200)
  })

  test('does not depend on subgraphs', async () => {
    await using tester = await createGatewayTester({ definitions: { identity } })
    await tester.subgraphs.identity.close()
    expect((await fetch(`${tester.url}/readyz`)).status).toBe(200)
  })
})
