import type { Clock, EpochRegistry, GatewayKeyring } from '@logicspike/auth'
import { createOrm, type Orm } from '@logicspike/database'
import type { EventBus } from '@logicspike/events'
import type { IdFactory } from '@logicspike/ids'
import {
  createVerification,
  type InternalClient,
  type Verification,
} from '@logicspike/internal-api'
import { createMailWorker, type MailTransport, type MailWorker } from '@logicspike/mail'
import type { SecretBox } from '@logicspike/secrets'
import {
  createSubgraphServer,
  loadTypeDefs,
  type SubgraphServer,
} from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import tenancyDatabase from '../mikro-orm.config.ts'
import type { TenancyConfig } from './config.ts'
import { type ContextFactory, createContextFactory } from './context.ts'
import { createJobs } from './jobs.ts'
import { membershipEpochSource } from './modules/epochs/membership-epoch-source.ts'
import { createInternalHandlers } from './modules/internal/internal-handlers.ts'
import { resolvers } from './resolvers.ts'

/** All that tenancy takes from outside; nothing else is read, opened or asked. */
export type TenancyDependencies = {
  readonly databaseUrl: string
  /** Most connections at a time; default 10. */
  readonly poolSize?: number
  readonly config: TenancyConfig
  readonly clock: Clock
  readonly ids: IdFactory
  readonly secretBox: SecretBox
  /** Whose calls are accepted. */
  readonly keyring: GatewayKeyring
  /** Reaches identity. */
  readonly internal: InternalClient
  readonly mailTransport: MailTransport
  readonly log: Logger
  /** How often revocations are learnt, in milliseconds: the bound within which they hold. */
  readonly epochPollMs?: number
  /** The way to the event log; without one revocations are polled. */
  readonly events?: EventBus
}

export type TenancyApp = {
  readonly server: SubgraphServer
  readonly contexts: ContextFactory
  readonly mail: MailWorker
  readonly epochs: EpochRegistry
  /** Learns revocations and starts the jobs. */
  start(): Promise<void>
  /** Lets requests and jobs under way end, then closes the database. */
  close(): Promise<void>
}

const DEFAULT_EPOCH_POLL_MS = 500

/** Wires tenancy by hand. Nothing runs before `start`, and nothing is left after `close`. */
export async function createTenancyApp(deps: TenancyDependencies): Promise<TenancyApp> {
  const { clock, log, secretBox, internal } = deps
  const orm = await createOrm({
    ...tenancyDatabase,
    url: deps.databaseUrl,
    log,
    ...(deps.poolSize && { poolSize: deps.poolSize }),
  })
  const contexts = createContextFactory(deps, orm, log)
  const verification = createVerification({
    issuer: deps.config.issuer,
    internal,
    clock,
    log,
    own: membershipEpochSource(contexts),
    events: deps.events,
  })
  const { epochs } = verification
  const server = await createServer(deps, { orm, contexts, verification })
  const mail = createMailWorker({
    em: () => orm.em.fork(),
    transport: deps.mailTransport,
    secretBox,
    clock,
    log,
  })
  const jobs = createJobs({ contexts, log })

  return {
    server,
    contexts,
    mail,
    epochs,
    async start() {
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

function createServer(
  { log, keyring }: TenancyDependencies,
  parts: { orm: Orm; contexts: ContextFactory; verification: Verification },
): Promise<SubgraphServer> {
  const { orm, contexts, verification } = parts
  return createSubgraphServer({
    name: 'tenancy',
    typeDefs: loadTypeDefs(`${import.meta.dirname}/modules`),
    resolvers,
    createContext: contexts.forRequest,
    verifier: verification.verifier,
    keyring,
    internal: createInternalHandlers({ contexts, keyring }),
    log,
    readiness: { database: orm.ping, epochs: verification.ready },
  })
}
