import {
  ACCESS_TOKEN_AUDIENCE,
  createEpochRegistry,
  createKeySource,
  createTokenVerifier,
  type EpochRegistry,
} from '@logicspike/auth'
import { type BillingApp, createBillingApp } from '@logicspike/billing'
import {
  type CommunicationApp,
  type CommunicationDependencies,
  createCommunicationApp,
} from '@logicspike/communication'
import { createDeveloperApp, type DeveloperApp } from '@logicspike/developer'
import {
  createEventBus,
  createSequencer,
  type EventBus,
  type Sequencer,
  tailEpochFeed,
} from '@logicspike/events'
import {
  createBudgetStore,
  createGateway,
  createInProcessSubgraphLink,
  createKnownDocuments,
  createRateLimiter,
  type Gateway,
  type GatewayDeps,
  type Observability,
  openDocumentStore,
  type RateLimits,
  supergraphFile,
} from '@logicspike/gateway'
import {
  createIdentityApp,
  type IdentityApp,
  type IdentityDependencies,
} from '@logicspike/identity'
import type { IdFactory } from '@logicspike/ids'
import {
  type InternalClient,
  identityEpochSource,
  identityJwks,
  tenancyEpochSource,
} from '@logicspike/internal-api'
import type { MailTransport } from '@logicspike/mail'
import type { SecretBox } from '@logicspike/secrets'
import type { Logger } from '@logicspike/telemetry'
import { createTenancyApp, defaultLimits, type TenancyApp } from '@logicspike/tenancy'
import type { DatabaseUrls } from './provide-databases.ts'
import { supergraphPath } from './supergraph-path.ts'
import { createInternalWiring, keyringOf, type SubgraphName, subgraphNames } from './wiring.ts'

/** All that a platform in one process is made of. */
export type PlatformParts = {
  readonly databases: DatabaseUrls
  /** Most connections of each service at a time; default 10. */
  readonly poolSize?: number
  /** Gateway key of each calling service. Secrets. */
  readonly gatewayKeys: Readonly<Record<string, string>>
  readonly secretBox: SecretBox
  readonly clock: { now(): Date }
  readonly ids: IdFactory
  readonly mailTransport: MailTransport
  readonly log: Logger
  /** How clients reach the gateway, without a slash at the end; also the issuer of tokens. */
  readonly publicUrl: string
  readonly consoleUrl: string
  /** Origins of pages that may call with the session cookie. */
  readonly allowedOrigins: readonly string[]
  /** How often revocations are asked for, in milliseconds; they are pushed besides. */
  readonly epochPollMs: number
  /** JetStream that carries events; PostgreSQL does where there is none. */
  readonly natsUrl?: string | undefined
  readonly identity?: Partial<Pick<IdentityDependencies, 'passwords' | 'limits'>>
  readonly communication?: Pick<CommunicationDependencies, 'slack'>
  /** The OpenID provider behind the Google button; without one there is no such button. */
  readonly google?: IdentityDependencies['config']['google']
  readonly gateway?: Partial<
    Pick<
      GatewayDeps,
      | 'routes'
      | 'services'
      | 'trustedProxies'
      | 'maxBodyBytes'
      | 'streams'
      | 'production'
      | keyof Observability['ofGateway']
    >
  > & {
    /** How long the gateway waits for a subgraph's answer, in milliseconds; default 10,000. */
    readonly subgraphTimeoutMs?: number
    readonly rateLimits?: Partial<RateLimits>
  }
}

export type Platform = {
  readonly identity: IdentityApp
  readonly tenancy: TenancyApp
  readonly billing: BillingApp
  readonly developer: DeveloperApp
  readonly communication: CommunicationApp
  readonly gateway: Gateway
  /** What the gateway knows of revocations. */
  readonly edgeEpochs: EpochRegistry
  /** The way of all of them to the event log. */
  readonly events: EventBus
  readonly sequencer: Sequencer
  /** Makes it ready for requests and listens; resolves with the port. */
  start(port: number, host?: string): Promise<number>
  /** In order: no new requests, running ones end, jobs end, databases close. */
  close(): Promise<void>
}

/** The whole platform in this process: the same factories and doors as in processes of their own. */
export async function assemblePlatform(parts: PlatformParts): Promise<Platform> {
  const wiring = createInternalWiring(parts.gatewayKeys)
  const keyring = keyringOf(parts.gatewayKeys)
  const { events, sequencer } = createEvents(parts)
  const shared = { ...sharedDependencies(parts), events }
  const identity = await createIdentityApp({
    ...shared,
    ...parts.identity,
    databaseUrl: parts.databases.identity,
    config: identityConfig(parts),
    keyring,
    internal: wiring.clientOf('identity'),
  })
  const subgraph = (name: SubgraphName) => ({
    ...shared,
    databaseUrl: parts.databases[name],
    keyring,
    internal: wiring.clientOf(name),
  })
  const places = { issuer: parts.publicUrl, consoleUrl: parts.consoleUrl }
  const tenancy = await createTenancyApp({
    ...subgraph('tenancy'),
    config: { ...places, limits: defaultLimits },
  })
  const billing = await createBillingApp({ ...subgraph('billing'), config: places })
  const developer = await createDeveloperApp({ ...subgraph('developer'), config: places })
  const communication = await createCommunicationApp({
    ...subgraph('communication'),
    ...parts.communication,
    config: places,
  })
  const apps = { identity, tenancy, billing, developer, communication }
  for (const name of subgraphNames) wiring.register(name, apps[name].server.internal)
  const edge = await createEdge(parts, { apps, events, internal: wiring.clientOf('gateway') })

  return {
    ...apps,
    gateway: edge.gateway,
    edgeEpochs: edge.epochs,
    events,
    sequencer,
    async start(port, host) {
      // Before anybody asks for revocations: none can then fall between the answer and the push.
      await events.tail.start()
      sequencer.start()
      // Each asks those before it for revocations, and none may serve before it knows them.
      for (const name of subgraphNames) await apps[name].start()
      await edge.start()
      return edge.gateway.listen(port, host)
    },
    async close() {
      await edge.close()
      for (const name of subgraphNames.toReversed()) await apps[name].close()
      await sequencer.stop()
      await events.close()
    },
  }
}

/** Passkeys belong to the console's domain: that is where people use them. */
function identityConfig(parts: PlatformParts): IdentityDependencies['config'] {
  const { publicUrl, consoleUrl, allowedOrigins } = parts
  return {
    publicUrl,
    issuer: publicUrl,
    consoleUrl,
    allowedOrigins,
    relyingParty: {
      id: new URL(consoleUrl).hostname,
      name: 'LogicSpike',
      origins: [new URL(consoleUrl).origin],
    },
    ...(parts.google && { google: parts.google }),
  }
}

function sharedDependencies(parts: PlatformParts) {
  const { poolSize, clock, ids, secretBox, mailTransport, log, epochPollMs } = parts
  return { clock, ids, secretBox, mailTransport, log, epochPollMs, ...(poolSize && { poolSize }) }
}

/** All outboxes are in one database here; the same role empties them and writes the log. */
function createEvents({ databases, natsUrl, log }: PlatformParts) {
  const { sequencer: url, tenantReader: tenantReaderUrl, consumer: consumerUrl } = databases.events
  const outboxes = Object.fromEntries(subgraphNames.map((name) => [name, url]))
  return {
    events: createEventBus({ tenantReaderUrl, consumerUrl, log, natsUrl }),
    sequencer: createSequencer({
      url,
      outboxes,
      log,
      ...(natsUrl !== undefined && { relay: { natsUrl, consumerUrl } }),
    }),
  }
}

async function createEdge(
  parts: PlatformParts,
  {
    apps,
    events,
    internal,
  }: { apps: Pick<Platform, SubgraphName>; events: EventBus; internal: InternalClient },
) {
  const { clock, log, publicUrl: issuer } = parts
  const { subgraphTimeoutMs: timeoutMs = 10_000, ...options } = parts.gateway ?? {}
  const epochs = createEpochRegistry({
    sources: [identityEpochSource(internal), tenancyEpochSource(internal)],
    feed: tailEpochFeed(events.tail),
    clock,
    log,
  })
  const keys = createKeySource({ fetchJwks: () => internal.call(identityJwks, {}), clock, log })
  const stores = { databaseUrl: parts.databases.gateway, log }
  const gateway = await createGateway({
    production: false,
    ...options,
    supergraph: supergraphFile({ path: supergraphPath, log }),
    subgraphs: Object.fromEntries(
      subgraphNames.map((name) => [
        name,
        createInProcessSubgraphLink({ name, subgraph: apps[name].server, timeoutMs }),
      ]),
    ),
    verifier: createTokenVerifier({
      issuer,
      audience: ACCESS_TOKEN_AUDIENCE,
      keySource: keys,
      epochs,
      clock,
    }),
    epochs,
    keys,
    gatewayKey: parts.gatewayKeys.gateway ?? '',
    log,
    clock,
    documents: createKnownDocuments({
      store: openDocumentStore(stores),
      log,
      ...(options.metrics && { metrics: options.metrics }),
    }),
    rateLimiter: createRateLimiter({
      store: createBudgetStore(stores),
      ...(parts.gateway?.rateLimits && { limits: parts.gateway.rateLimits }),
    }),
    corsOrigins: parts.allowedOrigins,
  })
  return {
    gateway,
    epochs,
    async start() {
      await Promise.all([epochs.load(), keys.load()])
      epochs.start(parts.epochPollMs)
    },
    async close() {
      await gateway.stop()
      epochs.stop()
    },
  }
}
