import { subgraphNames } from '@logicspike/platform'
import type { createServices } from '@logicspike/testing/platform'

type Services = Awaited<ReturnType<typeof createServices>>

/** A process that judges tokens by itself. */
export type Verifier = {
  readonly name: string
  /** Whether it takes the token at this moment. @throws where it says neither yes nor no */
  accepts(token: string): Promise<boolean>
}

/** Every gateway as clients reach it, and every subgraph as gateways reach it. */
export function verifiersOf(platform: Services, gateways: readonly string[]): Verifier[] {
  const { services, gatewayKeys } = platform
  const key = { 'x-gateway-key': gatewayKeys.gateway ?? '' }
  return [
    ...gateways.map((url, index) => verifier(`gateway ${index + 1}`, url, {})),
    ...subgraphNames.map((name) => verifier(name, services.process(name).url, key)),
  ]
}

const verifier = (name: string, url: string, headers: Record<string, string>): Verifier => ({
  name,
  async accepts(token) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...headers,
      },
      body: '{"query":"{ __typename }"}',
    })
    const body = (await response.json()) as {
      data?: object | null
      errors?: readonly { extensions: { code: string } }[]
    }
    const code = body.errors?.[0]?.extensions.code
    if (code === undefined && body.data) return true
    if (code === 'UNAUTHENTICATED') return false
    throw new Error(`${name} answered ${JSON.stringify(body)}`)
  },
})

/** Between two questions to one verifier: what the measurement is exact to. Milliseconds. */
const EVERY_MS = 10

/** Resolves when a verifier refuses the token, with the instant it did, by `performance.now()`. */
export async function untilRefused(
  { name, accepts }: Verifier,
  token: string,
  withinMs: number,
): Promise<number> {
  const deadline = performance.now() + withinMs
  while (await accepts(token)) {
    if (performance.now() > deadline) throw new Error(`${name} still takes it after ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
  return performance.now()
}
