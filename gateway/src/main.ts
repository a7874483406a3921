import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import {
  ACCESS_TOKEN_AUDIENCE,
  createEpochRegistry,
  createKeySource,
  createTokenVerifier,
  httpJwksFetcher,
  type KeySource,
} from '@logicspike/auth'
import { EnvironmentError } from '@logicspike/environment'
import { connectEventBus, tailEpochFeed } from '@logicspike/events'
import {
  createInternalClient,
  httpTransport,
  identityEpochSource,
  tenancyEpochSource,
} from '@logicspike/internal-api'
import { createLogger, type Logger } from '@logicspike/telemetry'
import { createGateway } from './create-gateway.ts'
import { createKnownDocuments } from './documents/known-documents.ts'
import { openDocumentStore } from './documents/open-document-store.ts'
import {
  certificateIn,
  type GatewayEnvironment,
  rateLimitsIn,
  readEnvironment,
} from './environment.ts'
import { drainAndStop } from './graceful-shutdown.ts'
import { openObservability } from './observability/open-observability.ts'
import { createBudgetStore } from './rate-limits/create-budget-store.ts'
import { createRateLimiter } from './rate-limits/rate-limiter.ts'
import { servicesFile } from './service-routes/service-registry.ts'
import { createHttpSubgraphLink } from './subgraph-links/http-subgraph-link.ts'
import { supergraphFile } from './supergraph-source.ts'

/** Requests that run longer than this after the door is closed are cut. Milliseconds. */
const DRAIN_DEADLINE_MS = 30_000
const KEY_RETRY_MS = 1_000

/** The gateway as a process of its own: subgraphs over HTTP, everything from the environment. */
async function run(environment: GatewayEnvironment, log: Logger): Promise<void> {
  const clock = { now: () => new Date() }
  const services = serviceUrls(environment)
  const { GATEWAY_KEY: gatewayKey, SUBGRAPH_TIMEOUT_MS: timeoutMs } = environment
  const internalClient = createInternalClient(
    mapValues(services, (baseUrl) => httpTransport({ baseUrl, gatewayKey })),
  )
  const events = connectEventBus(environment, log)
  const epochs = createEpochRegistry({
    sources: [identityEpochSource(internalClient), tenancyEpochSource(internalClient)],
    feed: tailEpochFeed(events.tail),
    clock,
    log,
  })
  const keys = createKeySource({
    fetchJwks: httpJwksFetcher(new URL('/.well-known/jwks.json', services.identity)),
    clock,
    log,
  })
  const observability = await openObservability(environment)
  const { metricsPort } = observability
  if (metricsPort !== null) log.info({ port: metricsPort }, 'metrics are served')
  const stores = { redisUrl: environment.REDIS_URL, databaseUrl: environment.DATABASE_URL, log }
  const gateway = await createGateway({
    supergraph: supergraphFile({ path: environment.SUPERGRAPH_FILE, log }),
    subgraphs: mapValues(services, (baseUrl, name) =>
      createHttpSubgraphLink({ name, url: new URL('/graphql', baseUrl).href, timeoutMs }),
    ),
    ...(environment.SERVICES_FILE && {
      services: servicesFile({ path: environment.SERVICES_FILE, log }),
    }),
    verifier: createTokenVerifier({
      issuer: environment.ISSUER,
      audience: ACCESS_TOKEN_AUDIENCE,
      keySource: keys,
      epochs,
      clock,
    }),
    epochs,
    keys,
    gatewayKey,
    log,
    ...observability.ofGateway,
    ...certificateIn(environment, log),
    limits: { cost: environment.MAX_OPERATION_COST },
    documents: createKnownDocuments({
      store: openDocumentStore(stores),
      log,
      ...observability.ofGateway,
    }),
    trustedDocumentsFor: environment.TRUSTED_DOCUMENTS_FOR,
    rateLimiter: createRateLimiter({
      store: createBudgetStore(stores),
      limits: rateLimitsIn(environment),
    }),
    production: environment.NODE_ENV === 'production',
    corsOrigins: environment.CORS_ORIGINS,
    trustedProxies: environment.TRUSTED_PROXIES,
    streams: {
      connectionsPerIp: environment.STREAM_CONNECTIONS_PER_ADDRESS,
      connectionsPerPrincipal: environment.STREAM_CONNECTIONS_PER_CALLER,
    },
  })
  const stopping = new AbortController()
  // Not awaited: without the event log, revocations are asked for until it is there.
  void events.tail.start()
  epochs.start(environment.EPOCH_POLL_MS)
  const loadingKeys = loadKeys(keys, stopping.signal)
  await gateway.listen(environment.PORT, environment.HOST)

  await oneOfSignals('SIGTERM', 'SIGINT')
  stopping.abort()
  const delayMs = environment.DRAIN_DELAY_MS
  await drainAndStop(gateway, { delayMs, deadlineMs: DRAIN_DEADLINE_MS, log })
  epochs.stop()
  await Promise.all([loadingKeys, events.close(), internalClient.close()])
  await observability.close()
}

function serviceUrls(environment: GatewayEnvironment) {
  return {
    identity: environment.IDENTITY_URL,
    tenancy: environment.TENANCY_URL,
    billing: environment.BILLING_URL,
    developer: environment.DEVELOPER_URL,
    communication: environment.COMMUNICATION_URL,
  }
}

/** Tries until it has keys; until then the gateway is not ready and accepts no token. */
async function loadKeys(keys: KeySource, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && keys.fetchedAt === null) {
    await keys.load().catch(() => pause(KEY_RETRY_MS, undefined, { signal }).catch(() => undefined))
  }
}

function oneOfSignals(...names: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    for (const name of names) process.once(name, () => resolve())
  })
}

function mapValues<Key extends string, Value>(
  record: Readonly<Record<Key, string>>,
  map: (value: string, key: Key) => Value,
): Record<Key, Value> {
  const entries = Object.entries(record) as [Key, string][]
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value, key)])) as Record<
    Key,
    Value
  >
}

try {
  const environment = readEnvironment()
  await run(environment, createLogger({ name: 'gateway', level: environment.LOG_LEVEL }))
} catch (error) {
  const isConfiguration = error instanceof EnvironmentError
  process.stderr.write(`${isConfiguration ? error.message : inspect(error)}\n`)
  process.exit(1)
}
