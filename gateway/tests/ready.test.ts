import { describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { withoutSecurityDirectives } from '../src/authorization/without-security-directives.ts'
import { createKnownDocuments } from '../src/documents/known-documents.ts'
import { openDocumentStore } from '../src/documents/open-document-store.ts'
import { createPlanner, longestPlanWait } from '../src/planning/planner.ts'
import { createBudgetStore } from '../src/rate-limits/create-budget-store.ts'
import { createRateLimiter } from '../src/rate-limits/rate-limiter.ts'
import { compose } from './support/compose.ts'
import { clock, createGatewayTester } from './support/gateway-tester.ts'
import { identity } from './support/story-subgraphs.ts'

type Ready = {
  status: string
  parts: Record<string, { status: string; reason?: string }>
}

async function readiness(url: string): Promise<Ready & { code: number }> {
  const response = await fetch(`${url}/readyz`)
  return { code: response.status, ...((await response.json()) as Ready) }
}

/** The parts that are not ready. */
const lacking = ({ parts }: Ready) =>
  Object.fromEntries(Object.entries(parts).filter(([, { status }]) => status !== 'ready'))

const nowhere = 'postgres://nobody:secret@127.0.0.1:1/none'
const log = createLogger({ name: 'test', level: 'silent' })

describe('readiness', () => {
  test.each([
    ['epochs', { epochs: { ready: false } }, /revocations/],
    ['keys', { keys: { fetchedAt: null } }, /no signing keys/],
  ])(
    'without %s the gateway is alive and not ready, and says what is missing',
    async (part, deps, reason) => {
      await using tester = await createGatewayTester({ definitions: { identity }, ...deps })
      const ready = await readiness(tester.url)
      expect(ready).toMatchObject({ code: 503, status: 'not-ready' })
      expect(lacking(ready)).toEqual({
        [part]: { status: 'not-ready', reason: expect.stringMatching(reason) },
      })
      expect((await fetch(`${tester.url}/healthz`)).status).toBe(200)
    },
  )

  test('becomes ready by itself', async () => {
    const epochs = { ready: false }
    await using tester = await createGatewayTester({ definitions: { identity }, epochs })
    expect(tester.gateway.isReady()).toBe(false)
    epochs.ready = true
    expect(tester.gateway.isReady()).toBe(true)
    expect(await readiness(tester.url)).toEqual({
      code: 200,
      status: 'ready',
      parts: {
        supergraph: { status: 'ready' },
        epochs: { status: 'ready' },
        keys: { status: 'ready' },
        serving: { status: 'ready' },
        revocations: { status: 'ready' },
        planner: { status: 'ready' },
        documents: { status: 'ready' },
        budgets: { status: 'ready' },
      },
    })
  })

  test('does not depend on subgraphs', async () => {
    await using tester = await createGatewayTester({ definitions: { identity } })
    await tester.subgraphs.identity.close()
    expect((await readiness(tester.url)).code).toBe(200)
  })
})

describe('what the gateway goes on without is told, and keeps nobody away', () => {
  test('stores that cannot be reached', async () => {
    await using tester = await createGatewayTester({
      definitions: { identity },
      documents: createKnownDocuments({
        store: openDocumentStore({ databaseUrl: nowhere, log }),
        log,
      }),
      rateLimiter: createRateLimiter({ store: createBudgetStore({ databaseUrl: nowhere, log }) }),
    })
    const hash = 'a'.repeat(64)
    await fetch(`${tester.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ documentId: `sha256:${hash}` }),
    })
    const ready = await readiness(tester.url)
    expect(ready).toMatchObject({ code: 200, status: 'ready' })
    expect(lacking(ready)).toEqual({
      documents: { status: 'degraded', reason: expect.stringContaining('send theirs again') },
      budgets: { status: 'degraded', reason: expect.stringContaining('in memory') },
    })
    expect(JSON.stringify(ready)).not.toMatch(/127\.0\.0\.1|nobody:secret|postgres/)
  })

  test('the planning thread, by how long anybody has waited for it', async () => {
    const planner = createPlanner(
      withoutSecurityDirectives(compose({ identity: identity.sdl }).sdl),
    )
    expect(longestPlanWait()).toBeGreaterThan(0)
    ;(await planner).close()
    expect(longestPlanWait()).toBe(0)
  })

  test.each([
    ['are not pushed', { isPushed: false, ageSeconds: 1 }, /not pushed/],
    ['are old', { isPushed: true, ageSeconds: 40 }, /up to 40 seconds ago/],
  ])('revocations that %s', async (_, { isPushed, ageSeconds }, reason) => {
    const lastPolledAt = new Date(clock.now().getTime() - ageSeconds * 1_000)
    await using tester = await createGatewayTester({
      definitions: { identity },
      epochs: { ready: true, isPushed, lastPolledAt },
      clock,
    })
    const ready = await readiness(tester.url)
    expect(ready.code).toBe(200)
    expect(lacking(ready)).toEqual({
      revocations: { status: 'degraded', reason: expect.stringMatching(reason) },
    })
  })
})
