import type { Clock, EpochRegistry, GatewayKeyring } from '@logicspike/auth'
import { createOrm, type Orm } from '@logicspike/database'
import { consumerMetrics, type EventBus, type EventConsumer } from '@logicspike/events'
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
import billingDatabase from '../mikro-orm.config.ts'
import type { BillingConfig } from './config.ts'
import type { BillingServices } from './context.ts'
import { createJobs } from './jobs.ts'
import { resolvers } from './resolvers.ts'
import { createTrialsConsumer } from './trials-consumer.ts'

/** All that billing takes from outside; nothing else is read, opened or asked. */
export type BillingDependencies = {
  readonly databaseUrl: string
  /** Most connections at a time; default 10. */
  readonly poolSize?: number
  readonly config: BillingConfig
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
  /** The way to the event log; without one revocations are polled. */
  readonly events?: EventBus
}

export type BillingApp = {
  readonly server: SubgraphServer
  readonly contexts: ContextFactory<BillingServices>
  readonly epochs: EpochRegistry
  /** What it does about events; none without a way to the event log. */
  readonly consumers: readonly EventConsumer[]
  /** Resolves once its consumers have done everything that is in the log now. */
  settleConsumers(): Promise<void>
  /** Learns revocations and starts the consumers and the jobs. */
  start(): Promise<void>
  /** Lets requests and work under way end, then closes the database. */
  close(): Promise<void>
}

const DEFAULT_EPOCH_POLL_MS = 500

/** Wires billing by hand. Nothing runs before `start`, and nothing is left after `close`. */
export async function createBillingApp(deps: BillingDependencies): Promise<BillingApp> {
  const { clock, log, internal, config, ids } = deps
  const orm = await createOrm({
    ...billingDatabase,
    url: deps.databaseUrl,
    log,
    ...(deps.poolSize && { poolSize: deps.poolSize }),
  })
  const contexts = createContextFactory<BillingServices>({ config, clock, ids, internal }, orm, log)
  const verification = createVerification({
    issuer: config.issuer,
    internal,
    clock,
    log,
    events: deps.events,
  })
  const { epochs } = verification
  const consumers = deps.events
    ? [createTrialsConsumer({ contexts, bus: deps.events, clock, log })]
    : []
  const server = await createServer(deps, { orm, contexts, verification, consumers })
  const jobs = createJobs({ contexts, log })

  return {
    server,
    contexts,
    epochs,
    consumers,
    async settleConsumers() {
      await Promise.all(consumers.map((consumer) => consumer.settle()))
    },
    async start() {
      await epochs.poll()
      epochs.start(deps.epochPollMs ?? DEFAULT_EPOCH_POLL_MS)
      for (const consumer of consumers) consumer.start()
      jobs.start()
    },
    async close() {
      await server.close()
      epochs.stop()
      await Promise.all(consumers.map((consumer) => consumer.stop()))
      await jobs.stop()
      await orm.close()
    },
  }
}

function createServer(
  { keyring, log }: BillingDependencies,
  parts: {
    readonly orm: Orm
    readonly contexts: ContextFactory<BillingServices>
    readonly verification: Verification
    readonly consumers: readonly EventConsumer[]
  },
): Promise<SubgraphServer> {
  const { orm, contexts, verification, consumers } = parts
  return createSubgraphServer({
    name: 'billing',
    typeDefs: loadTypeDefs(`${import.meta.dirname}/modules`),
    resolvers,
    createContext: contexts.forRequest,
    verifier: verification.verifier,
    keyring,
    internal: createInternalServer([], keyring),
    log,
    metrics: consumerMetrics(consumers),
    readiness: { database: orm.ping, epochs: verification.ready },
  })
}
