import { createServer } from 'node:http'
import { ACCESS_TOKEN_AUDIENCE, createKeySource, createTokenVerifier } from '@logicspike/auth'
import { tokenForge } from '@logicspike/auth/testing'
import { createLogger } from '@logicspike/telemetry'
import { createGateway } from '../src/create-gateway.ts'
import type { Sharing } from '../src/execution/sharing.ts'
import { openObservability } from '../src/observability/open-observability.ts'
import { createBudgetStore } from '../src/rate-limits/create-budget-store.ts'
import { createRateLimiter } from '../src/rate-limits/rate-limiter.ts'
import { createHttpSubgraphLink } from '../src/subgraph-links/http-subgraph-link.ts'
import { createSubgraphDirectory } from '../src/subgraph-links/subgraph-directory.ts'
import { supergraphFile } from '../src/supergraph-source.ts'
import { SCOPES } from './workload.ts'

/**
 * The gateway with everything in front that it has: tokens verified, access rules, limits, budgets and
 * metrics. `GET /` one port further answers a token that holds all that the workload asks for.
 */
const [path = '', port = '', sharing = ''] = process.argv.slice(2)
const clock = { now: () => new Date() }
const issuer = 'https://platform.example'
const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
const log = createLogger({ name: 'gateway', level: 'error' })
const keys = createKeySource({ fetchJwks: async () => forge.jwks(), clock })
await keys.load()
const observability = await openObservability({
  METRICS_PORT: 0,
  METRICS_HOST: '127.0.0.1',
  OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
  TRACE_TRUST: 'nobody',
  SLOW_OPERATION_MS: 60_000,
})
/** More than the load can use up, so that it is counted and not refused. */
const budget = { units: 1e12, seconds: 60 }
const gateway = await createGateway({
  supergraph: supergraphFile({ path, log }),
  subgraphs: {},
  directory: createSubgraphDirectory(({ name, url }) => createHttpSubgraphLink({ name, url })),
  verifier: createTokenVerifier({
    issuer,
    audience: ACCESS_TOKEN_AUDIENCE,
    keySource: keys,
    clock,
  }),
  epochs: { ready: true },
  keys,
  gatewayKey: null,
  log,
  production: true,
  sharing: sharing as Sharing,
  rateLimiter: createRateLimiter({
    store: createBudgetStore({ log }),
    limits: { network: budget, user: budget, workspace: budget },
  }),
  ...observability.ofGateway,
})
await gateway.listen(Number(port))
createServer((_, response) => response.end(forge.sign(forge.claims({ scope: SCOPES })))).listen(
  Number(port) + 100,
  '127.0.0.1',
)
process.once('SIGTERM', () => void gateway.stop().then(() => process.exit()))
