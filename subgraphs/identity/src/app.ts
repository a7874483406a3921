import {
  ACCESS_TOKEN_AUDIENCE,
  createEpochRegistry,
  createKeySource,
  createTokenVerifier,
  type EpochRegistry,
  type GatewayKeyring,
} from '@logicspike/auth'
import { createOrm, inTransaction, type Orm } from '@logicspike/database'
import { type EventBus, tailEpochFeed } from '@logicspike/events'
import type { IdFactory } from '@logicspike/ids'
import { type InternalClient, tenancyEpochSource } from '@logicspike/internal-api'
import { createMailWorker, type MailTransport, type MailWorker } from '@logicspike/mail'
import { randomToken, type SecretBox } from '@logicspike/secrets'
import type { PeriodicJob } from '@logicspike/subgraph-server'
import {
  createSubgraphServer,
  loadTypeDefs,
  type SubgraphServer,
} from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import identityDatabase from '../mikro-orm.config.ts'
import type { IdentityConfig } from './config.ts'
import { type ContextFactory, createContextFactory, type IdentityServices } from './context.ts'
import { createInternalHandlers } from './internal/internal-handlers.ts'
import { createJobs } from './jobs.ts'
import { createPasswordHasher, type PasswordHasher } from './modules/credentials/password-hash.ts'
import { GOOGLE_CALLBACK_PATH } from './modules/google/google.route.ts'
import { createGoogleClient } from './modules/google/google-client.ts'
import { type ServiceClientSeed, seedServiceClients } from './modules/oauth/seed-service-clients.ts'
import type { Limit, LimitName } from './modules/rate-limits/limits.ts'
import { createRateLimits } from './modules/rate-limits/rate-limits.ts'
import { sessionEpochSource } from './modules/sessions/session-epoch-source.ts'
import { rotateSigningKeys } from './modules/tokens/rotate-signing-keys.job.ts'
import { createSigner, type Signer } from './modules/tokens/signer.ts'
import { createTokenMinter } from './modules/tokens/token-minter.ts'
import { resolvers } from './resolvers.ts'
import { registerRoutes } from './routes.ts'

/** All that identity takes from outside; nothing else is read, opened or asked. */
export type IdentityDependencies = {
  readonly databaseUrl: string
  /** Most connections at a time; default 10. */
  readonly poolSize?: number
  readonly config: IdentityConfig
  readonly clock: { now(): Date }
  readonly ids: IdFactory
  readonly secretBox: SecretBox
  /** Whose calls are accepted. */
  readonly keyring: GatewayKeyring
  /** Reaches tenancy. */
  readonly internal: InternalClient
  readonly mailTransport: MailTransport
  readonly log: Logger
  /** Service clients that the wiring knows, for standalone mode. */
  readonly serviceClients?: readonly ServiceClientSeed[]
  /** Argon2id with OWASP's parameters unless given. */
  readonly passwords?: PasswordHasher
  /** Other numbers for some limits, for measurements. */
  readonly limits?: Partial<Record<LimitName, Limit>>
  /** How often revocations are learnt, in milliseconds: the bound within which they hold. */
  readonly epochPollMs?: number
  /** The way to the event log; without one revocations are polled. */
  readonly events?: EventBus
}

export type IdentityApp = {
  readonly server: SubgraphServer
  readonly contexts: ContextFactory
  readonly mail: MailWorker
  readonly epochs: EpochRegistry
  /** What runs every ten minutes: keys rotated, what is over purged. */
  readonly jobs: PeriodicJob
  /** Makes signing keys where there are none, learns revocations, starts the jobs. */
  start(): Promise<void>
  /** Lets requests and jobs under way end, then closes the database. */
  close(): Promise<void>
}

const DEFAULT_EPOCH_POLL_MS = 500

/** Wires identity by hand. Nothing runs before `start`, and nothing is left after `close`. */
export async function createIdentityApp(deps: IdentityDependencies): Promise<IdentityApp> {
  const { clock, log, secretBox } = deps
  const orm = await createOrm({
    ...identityDatabase,
    url: deps.databaseUrl,
    log,
    ...(deps.poolSize && { poolSize: deps.poolSize }),
  })
  const signer = createSigner({ em: () => orm.em.fork(), secretBox, clock })
  const services = createServices(deps, { orm, signer })
  const contexts = createContextFactory(services, orm, log)
  const epochs = createEpochRegistry({
    sources: [sessionEpochSource(contexts), tenancyEpochSource(deps.internal)],
    clock,
    log,
    ...(deps.events && { feed: tailEpochFeed(deps.events.tail) }),
  })
  const server = await createServer(deps, { orm, signer, contexts, epochs })
  const mail = createMailWorker({
    em: () => orm.em.fork(),
    transport: deps.mailTransport,
    secretBox,
    clock,
    log,
  })
  const jobs = createJobs({ contexts, signer, log })

  return {
    server,
    contexts,
    mail,
    epochs,
    jobs,
    async start() {
      await inTransaction(contexts.forJob('rotate-signing-keys'), rotateSigningKeys)
      await signer.load()
      await inTransaction(contexts.forJob('seed-service-clients'), (tx) =>
        seedServiceClients(tx, deps.serviceClients ?? []),
      )
      await epochs.poll()
      epochs.start(deps.epochPollMs ?? DEFAULT_EPOCH_POLL_MS)
      mail.start()
      jobs.start()
    },
    async close() {
      await server.close()
      epochs.stop()
      await jobs.stop()
      await mail.stop()
      await orm.close()
    },
  }
}

function createServices(
  deps: IdentityDependencies,
  { orm, signer }: { orm: Orm; signer: Signer },
): IdentityServices {
  const { config, clock, ids, secretBox } = deps
  return {
    config,
    clock,
    ids,
    secretBox,
    random: randomToken,
    tenancy: deps.internal,
    tokens: createTokenMinter({ issuer: config.issuer, signer, clock, random: randomToken }),
    passwords: deps.passwords ?? createPasswordHasher(),
    limits: createRateLimits(() => orm.em.fork(), deps.limits),
    google: config.google
      ? createGoogleClient(config.google, `${config.publicUrl}${GOOGLE_CALLBACK_PATH}`)
      : null,
  }
}

function createServer(
  deps: IdentityDependencies,
  parts: { orm: Orm; signer: Signer; contexts: ContextFactory; epochs: EpochRegistry },
): Promise<SubgraphServer> {
  const { clock, log, keyring, config } = deps
  const { orm, signer, contexts, epochs } = parts
  const keySource = createKeySource({ fetchJwks: async () => signer.jwks(), clock, ...ownKeys })
  const verifier = createTokenVerifier({
    issuer: config.issuer,
    audience: ACCESS_TOKEN_AUDIENCE,
    keySource,
    epochs,
    clock,
  })
  return createSubgraphServer({
    name: 'identity',
    typeDefs: loadTypeDefs(`${import.meta.dirname}/modules`),
    resolvers,
    createContext: contexts.forRequest,
    verifier,
    keyring,
    internal: createInternalHandlers({ contexts, signer, keyring }),
    log,
    readiness: { database: orm.ping, epochs: requireReady(epochs) },
    routes: (http) => registerRoutes(http, { contexts, verifier, keyring, signer, config, log }),
  })
}

/** Identity's own keys are in memory: asking for them costs nothing, so they are never stale. */
const ownKeys = { maxAgeSeconds: 5, cooldownSeconds: 1 } as const

const requireReady = (epochs: EpochRegistry) => async () => {
  if (!epochs.ready) throw new Error('revocations are not known yet')
}
