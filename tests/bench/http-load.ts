import autocannon from 'autocannon'
import type { Measurement } from './measure.ts'

/** Asks one GraphQL operation over kept-alive connections for some seconds, after a warm-up. */
export async function httpLoad(options: {
  name: string
  url: string
  query: string
  token: string
  connections: number
  seconds: number
}): Promise<Measurement> {
  const run = (duration: number) =>
    autocannon({
      url: `${options.url}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
      body: JSON.stringify({ query: options.query }),
      connections: options.connections,
      duration,
      // An answer with errors is none: it would be cheaper than the real one.
      verifyBody: (body: unknown) => typeof body === 'string' && !body.includes('"errors"'),
    })
  await run(2)
  const { requests, latency, errors, non2xx, mismatches } = await run(options.seconds)
  return {
    name: options.name,
    perSecond: requests.average,
    p50: latency.p50,
    p99: latency.p99,
    failures: errors + non2xx + mismatches,
  }
}
