import { createServices } from '@logicspike/testing/platform'
import pg from 'pg'
import { type Narrowing, narrowingsOf } from './narrowings.ts'
import { openStreams } from './open-streams.ts'
import { untilRefused, type Verifier, verifiersOf } from './refusals.ts'

/** How long until a revocation holds, over all rounds. Milliseconds. */
export type Held = {
  readonly name: string
  readonly rounds: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** The verifier or stream that was last, most often. */
  readonly slowest: string
}

/** No revocation may take longer; a round that does fails the measurement. */
const WITHIN_MS = 10_000

/**
 * Takes access away, over services as processes of their own behind three gateways, and measures
 * from the request that does so to the moment at which the last gateway and the last subgraph
 * refuse the token, and the last WebSocket and event stream that it opened has been ended.
 * @param rounds how often each
 */
export async function measureRevocation(rounds: number): Promise<Held[]> {
  const platform = await createServices()
  const admin = new pg.Client(platform.databaseUrl)
  try {
    await admin.connect()
    const gateways = [
      platform.url,
      await platform.anotherGateway(),
      await platform.anotherGateway(),
    ]
    const workspace = await platform.aWorkspace()
    const member = await platform.aPerson()
    const everybody = { gateways, verifiers: verifiersOf(platform, gateways) }
    const held: Held[] = []
    for (const narrowing of await narrowingsOf({ platform, workspace, member, admin })) {
      held.push(await repeat(narrowing, everybody, rounds))
    }
    return held
  } finally {
    await admin.end()
    await platform.close()
  }
}

/** Where a token is good until it is not. */
type Everybody = { readonly gateways: readonly string[]; readonly verifiers: readonly Verifier[] }

type Round = { readonly elapsed: number; readonly last: string }

async function repeat(narrowing: Narrowing, everybody: Everybody, count: number): Promise<Held> {
  const rounds: Round[] = []
  for (let round = 0; round < count; round += 1) rounds.push(await once(narrowing, everybody))
  const sorted = rounds.map(({ elapsed }) => elapsed).toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  return {
    name: narrowing.name,
    rounds: count,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    slowest: mostFrequent(rounds.map(({ last }) => last)),
  }
}

async function once(narrowing: Narrowing, { gateways, verifiers }: Everybody): Promise<Round> {
  const token = await narrowing.grant()
  const accepted = await Promise.all(verifiers.map(({ accepts }) => accepts(token)))
  const early = verifiers.filter((_, index) => !accepted[index])
  if (early.length > 0) throw new Error(`${early.map(({ name }) => name)} refused it beforehand`)

  const streams = await openStreams(gateways, token)

  const began = performance.now()
  const refusals = verifiers.map(async (verifier) => ({
    name: verifier.name,
    at: await untilRefused(verifier, token, WITHIN_MS),
  }))
  const endings = streams.map(async ({ name, ended }) => ({ name, at: await ended }))
  await narrowing.narrow()
  const [last] = (await Promise.all([...refusals, ...endings])).toSorted((a, b) => b.at - a.at)
  return { elapsed: (last?.at ?? Number.NaN) - began, last: last?.name ?? '' }
}

function mostFrequent(names: readonly string[]): string {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length])
  return String(counts.toSorted((a, b) => Number(b[1]) - Number(a[1]))[0]?.[0] ?? '')
}
