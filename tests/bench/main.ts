/**
 * `npm run bench`: what sign-in, refresh, verification and `viewer` cost on this machine. Figures of
 * one run can be compared with one another, not with those of another day or machine.
 */
import { cpus } from 'node:os'
import { startDisposablePostgres } from '@logicspike/database/testing/server'
import { supergraphPath } from '@logicspike/platform'
import { createLogger } from '@logicspike/telemetry'
import { createPlatformHttp, createServices } from '@logicspike/testing/platform'
import { startChild } from './child.ts'
import { httpLoad } from './http-load.ts'
import { type Measurement, measure, table } from './measure.ts'
import type { StandaloneFacts } from './standalone-process.ts'
import { measureVerification } from './verification.ts'

const SECONDS = 8
const say = (text: string) => void process.stdout.write(`${text}\n`)

/** What a page asks first: who am I, where, and what may I do. Three fetches over both subgraphs. */
const VIEWER = `{ viewer { user { id displayName email } workspace { id name } permissions
  memberships(first: 10) { edges { node { role { name } workspace { name } } } } } }`

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { tokens { refreshToken } userErrors { __typename } } }`
const REFRESH = `mutation ($input: RefreshSessionInput!) {
  refreshSession(input: $input) { tokens { refreshToken } userErrors { __typename } } }`

async function measureSessions({ url, people }: StandaloneFacts): Promise<Measurement[]> {
  const http = createPlatformHttp(url)
  const person = (worker: number) => people[worker % people.length] ?? { email: '', password: '' }
  const refreshTokens = people.map(({ refreshToken }) => refreshToken)
  return [
    // First, since every sign-in may end the oldest session of its person.
    await measure({
      name: 'refresh (rotation)',
      concurrency: people.length,
      seconds: SECONDS,
      async run(worker) {
        const input = { refreshToken: refreshTokens[worker] }
        const { refreshSession } = await http.must(REFRESH, { input })
        refreshTokens[worker] = refreshSession.tokens.refreshToken
      },
    }),
    await measure({
      name: 'sign-in (Argon2id, 19 MiB, t=2)',
      concurrency: people.length,
      seconds: SECONDS,
      async run(worker) {
        const { email, password } = person(worker)
        await http.must(SIGN_IN, { input: { email, password, delivery: 'PAYLOAD' } })
      },
    }),
  ]
}

async function measureViewer(connections: number, targets: [string, string, string][]) {
  const rows: Measurement[] = []
  for (const [name, url, token] of targets) {
    rows.push(await httpLoad({ name, url, token, query: VIEWER, connections, seconds: SECONDS }))
  }
  return rows
}

say(`${cpus().length} cores, Node ${process.version}; load and server share them.\n`)
say('## Token verification\n')
say(table(await measureVerification()))

const postgres = await startDisposablePostgres(createLogger({ name: 'bench', level: 'error' }))
const standalone = await startChild<StandaloneFacts>('standalone-process.ts', {
  TEST_DATABASE_ADMIN_URL: postgres.adminUrl,
})
say('\n## Sessions, through the gateway, standalone\n')
say(table(await measureSessions(standalone.told)))

const services = await createServices()
const workspace = await services.aWorkspace()
const token = await workspace.owner.tokenFor(workspace.id)
const stock = await startChild<{ url: string }>('stock-gateway.ts', {
  SUPERGRAPH_FILE: supergraphPath,
  GATEWAY_KEY: services.gatewayKeys.gateway ?? '',
  SUBGRAPH_URLS: JSON.stringify({
    identity: `${services.services.process('identity').url}/graphql`,
    tenancy: `${services.services.process('tenancy').url}/graphql`,
  }),
})
const STOCK = 'stock gateway, services'
for (const connections of [1, 16]) {
  say(`\n## viewer, ${connections} connection${connections === 1 ? '' : 's'}\n`)
  const rows = await measureViewer(connections, [
    ['ours, standalone', standalone.told.url, standalone.told.token],
    ['ours, services', services.url, token],
    [STOCK, stock.told.url.replace(/\/$/, ''), token],
  ])
  say(table(rows, STOCK))
}

await stock.stop()
await services.close()
await standalone.stop()
await postgres.stop()
