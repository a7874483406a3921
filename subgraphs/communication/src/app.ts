import type { Clock, EpochRegistry, GatewayKeyring } from '@logicspike/auth'
import { createOrm, type Orm } from '@logicspike/database'
import type { EventBus, EventConsumer } from '@logicspike/events'
import type { IdFactory } from '@logicspike/ids'
import {
  createInternalServer,
  createVerification,
  type InternalClient,
  type Verification,
} from '@logicspike/internal-api'
import type { MailTransport } from '@logicspike/mail'
import { createOutboundHttp } from '@logicspike/outbound-http'
import type { SecretBox } from '@logicspike/secrets'
import { type ContextFactory, createContextFactory } from '@logicspike/subgraph-kit'
import {
  createSubgraphServer,
  loadTypeDefs,
  type SubgraphServer,
} from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import communicationDatabase from '../mikro-orm.config.ts'
import type { CommunicationConfig } from './config.ts'
import type { CommunicationServices } from './context.ts'
import { createJobs } from './jobs.ts'
import { createSlackApi, type SlackApiOptions } from './modules/slack/slack-api.ts'
import { unsubscribeRoute } from './modules/unsubscribe/unsubscribe.route.ts'
import { unsubscribe, workspaceNameOf } from './modules/unsubscribe/unsubscribe.ts'
import { createNotifyConsumer } from './notify-consumer.ts'
import { resolvers } from './resolvers.ts'
import { createSenders } from './senders.ts'

/** All that communication takes from outside; nothing else is read, opened or asked. */
export type CommunicationDependencies = {
  readonly databaseUrl: string
  /** Most connections at a time; default 10. */
  readonly poolSize?: number
  readonly config: CommunicationConfig
  readonly clock: Clock
  readonly ids: IdFactory
  readonly secretBox: SecretBox
  /** Whose calls are accepted. */
  readonly keyring: GatewayKeyring
  /** Reaches identity and tenancy. */
  readonly internal: InternalClient
  readonly mailTransport: MailTransport
  /** Where Slack is, and the way there; the real one where absent. The app closes it. */
  readonly slack?: Omit<SlackApiOptions, 'clock'>
  readonly log: Logger
  /** How often revocations are learnt, in milliseconds. */
  readonly epochPollMs?: number
  /** The way to the event log; without one revocations are polled. */
  readonly events?: EventBus
}

export type CommunicationApp = {
  readonly server: SubgraphServer
  readonly contexts: ContextFactory<CommunicationServices>
  readonly epochs: EpochRegistry
  /** What it does about events; none without a way to the event log. */
  readonly consumers: readonly EventConsumer[]
  /** Resolves once its consumers have done everything that is in the log now. */
  settleConsumers(): Promise<void>
  /** Resolves once everything that is due by now has been sent, or tried, and what is old removed. */
  dispatchDue(): Promise<void>
  /** Learns revocations and starts the consumers and the jobs. */
  start(): Promise<void>
  /** Lets requests and work under way end, then closes the database. */
  close(): Promise<void>
}

const DEFAULT_EPOCH_POLL_MS = 500

/** Wires communication by hand. Nothing runs before `start`, and nothing is left after `close`. */
export async function createCommunicationApp(
  deps: CommunicationDependencies,
): Promise<CommunicationApp> {
  const { clock, log, internal, config, ids, secretBox } = deps
  const slack = createSlackApi({ ...(deps.slack ?? { http: createOutboundHttp() }), clock })
  const orm = await createOrm({
    ...communicationDatabase,
    url: deps.databaseUrl,
    log,
    ...(deps.poolSize && { poolSize: deps.poolSize }),
  })
  const contexts = createContextFactory<CommunicationServices>(
    { config, clock, ids, internal, secretBox, slack, tail: deps.events?.tail ?? null },
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
  // The issuer is where the gateway is reached (RFC 8414 §2), so that is where links lead.
  const senders = createSenders({ ...deps, publicUrl: config.issuer })
  const jobs = createJobs({ contexts, senders, log })
  const consumers = deps.events
    ? [createNotifyConsumer({ contexts, senders, bus: deps.events, clock, log })]
    : []

  return {
    server,
    contexts,
    epochs,
    consumers,
    async settleConsumers() {
      await Promise.all(consumers.map((consumer) => consumer.settle()))
    },
    dispatchDue: () => jobs.runNow(),
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
      await slack.close()
      await orm.close()
    },
  }
}

function createServer(
  { keyring, secretBox, log }: CommunicationDependencies,
  parts: { orm: Orm; contexts: ContextFactory<CommunicationServices>; verification: Verification },
): Promise<SubgraphServer> {
  const { orm, contexts, verification } = parts
  return createSubgraphServer({
    name: 'communication',
    typeDefs: loadTypeDefs(`${import.meta.dirname}/modules`),
    resolvers,
    createContext: contexts.forRequest,
    verifier: verification.verifier,
    keyring,
    internal: createInternalServer([], keyring),
    log,
    readiness: { database: orm.ping, epochs: verification.ready },
    routes: (http) =>
      unsubscribeRoute(http, {
        contextFor: contexts.forCall,
        ...{ keyring, secretBox, unsubscribe, workspaceNameOf, log },
      }),
  })
}
