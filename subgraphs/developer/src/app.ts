import type { Clock, EpochRegistry, GatewayKeyring } from '@logicspike/auth'
import { createOrm, type Orm } from '@logicspike/database'
import type { EventBus } from '@logicspike/events'
import type { IdFactory } from '@logicspike/ids'
import {
  createInternalServer,
  createVerification,
  type InternalClient,
  type Verification,
} from '@logicspike/internal-api'
import type { MailTransport } from '@logicspike/mail'
import type { SecretBox } from '@logicspike/secrets'
import { type ContextFactory, createContextFactory } from '@logicspike/subgraph-kit'
import {
  createSubgraphServer,
  loadTypeDefs,
  type SubgraphServer,
} from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import developerDatabase from '../mikro-orm.config.ts'
import type { DeveloperConfig } from './config.ts'
import type { DeveloperServices } from './context.ts'
import { createLiveEvents } from './modules/event-stream/live-events.ts'
import { resolvers } from './resolvers.ts'

/** All that developer takes from outside; nothing else is read, opened or asked. */
export type DeveloperDependencies = {
  readonly databaseUrl: string
  /** Most connections at a time; default 10. */
  readonly poolSize?: number
  readonly config: DeveloperConfig
  readonly clock: Clock
  readonly ids: IdFactory
  readonly secretBox: SecretBox
  /** Whose calls are accepted. */
  readonly keyring: GatewayKeyring
  /** Reaches identity and tenancy. */
  readonly internal: InternalClient
  readonly mailTransport: MailTransport
  readonly log: Logger
  /** How often revocations are learnt, in milliseconds. */
  readonly epochPollMs?: number
  /**
   * The way to the event log, its tail started by whoever made it. Without one revocations are
   * polled, and whatever reads events answers UPSTREAM_UNAVAILABLE.
   */
  readonly events?: EventBus
}

export type DeveloperApp = {
  readonly server: SubgraphServer
  readonly contexts: ContextFactory<DeveloperServices>
  readonly epochs: EpochRegistry
  /** Learns revocations and starts what runs by itself. */
  start(): Promise<void>
  /** Lets requests and work under way end, then closes the database. */
  close(): Promise<void>
}

const DEFAULT_EPOCH_POLL_MS = 500

/** Wires developer by hand. Nothing runs before `start`, and nothing is left after `close`. */
export async function createDeveloperApp(deps: DeveloperDependencies): Promise<DeveloperApp> {
  const { clock, log, internal, config, ids, secretBox, events = null } = deps
  const orm = await createOrm({
    ...developerDatabase,
    url: deps.databaseUrl,
    log,
    ...(deps.poolSize && { poolSize: deps.poolSize }),
  })
  const live = events && createLiveEvents(events.tail)
  const contexts = createContextFactory<DeveloperServices>(
    { config, clock, ids, secretBox, internal, events, live },
    orm,
    log,
  )
  const verification = createVerification({
    issuer: config.issuer,
    internal,
    clock,
    log,
    events: deps.events,
  })
  const { epochs } = verification
  const server = await createServer(deps, { orm, contexts, verification })

  return {
    server,
    contexts,
    epochs,
    async start() {
      await epochs.poll()
      epochs.start(deps.epochPollMs ?? DEFAULT_EPOCH_POLL_MS)
    },
    async close() {
      await server.close()
      live?.close()
      epochs.stop()
      await orm.close()
    },
  }
}

function createServer(
  { keyring, log, clock }: DeveloperDependencies,
  parts: { orm: Orm; contexts: ContextFactory<DeveloperServices>; verification: Verification },
): Promise<SubgraphServer> {
  const { orm, contexts, verification } = parts
  return createSubgraphServer({
    name: 'developer',
    typeDefs: loadTypeDefs(`${import.meta.dirname}/modules`),
    resolvers,
    createContext: contexts.forRequest,
    verifier: verification.verifier,
    epochs: verification.epochs,
    clock,
    keyring,
    internal: createInternalServer([], keyring),
    log,
    readiness: { database: orm.ping, epochs: verification.ready },
  })
}
