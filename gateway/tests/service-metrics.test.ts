import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { memoryStore } from '../src/rate-limits/budget-store.ts'
import { createRateLimiter } from '../src/rate-limits/rate-limiter.ts'
import { type Changeable, changeable } from './support/changeable.ts'
import type { GatewayTester } from './support/gateway-tester.ts'
import { type Scraper, startScraper } from './support/scraper.ts'
import { createServiceTester } from './support/service-tester.ts'
import { createTestService, type TestService } from './support/test-service.ts'

let blog: TestService
let scraper: Scraper
let registry: Changeable<unknown>
let tester: GatewayTester<'idle'>

beforeAll(async () => {
  blog = await createTestService('blog')
  scraper = await startScraper()
  registry = changeable<unknown>({
    services: [
      {
        name: 'blog',
        prefix: '/blog/*',
        upstreams: [{ url: blog.origin }],
        entitlement: false,
        routes: { '/*': { '*': 'public' } },
      },
    ],
  })
  tester = await createServiceTester(registry, {
    metrics: scraper.metrics,
    rateLimiter: createRateLimiter({
      store: memoryStore(),
      limits: { anonymous: { units: 100, seconds: 60 } },
    }),
  })
})
afterAll(async () => {
  await tester.close()
  await scraper.close()
  await blog.close()
})

const requests = (status: string) =>
  scraper.value('gateway_service_request_seconds_count', { service: 'blog', status })
const isUp = () =>
  scraper.value('gateway_service_upstream_up', { service: 'blog', upstream: blog.origin })

/** The line of a request is written when its answer has ended, which its client may see before. */
async function untilCounted(status: string, count: number): Promise<void> {
  while ((await requests(status)) !== count) await new Promise(setImmediate)
}

test('requests to services are counted by service and status class, whatever their paths', async () => {
  await fetch(`${tester.url}/blog/one`)
  await fetch(`${tester.url}/blog/two?x=1`)
  await untilCounted('2xx', 2)
  blog.answer((_, response) => response.writeHead(503).end())
  await fetch(`${tester.url}/blog/three`)
  await untilCounted('5xx', 1)
  blog.answer(null)
  const series = [...(await scraper.scrape()).keys()].join('\n')
  expect(series).not.toMatch(/one|two|three/)
})

test('budgets that refuse them are told, and so is a server that is left in peace', async () => {
  expect(await isUp()).toBe(1)
  blog.answer((request) => request.socket.destroy())
  for (let at = 0; at < 40 && (await isUp()) === 1; at += 1) await fetch(`${tester.url}/blog/x`)
  expect(await isUp()).toBe(0)
  while ((await fetch(`${tester.url}/blog/x`)).status !== 429);
  expect(
    await scraper.value('gateway_rate_limit_refusals_total', { budget: 'anonymous' }),
  ).toBeGreaterThan(0)
  await untilCounted('4xx', 1)
})

test('services that are declared no more are told of no more', async () => {
  registry.change({ services: [] })
  expect(await isUp()).toBeUndefined()
})
