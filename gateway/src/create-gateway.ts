import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { Clock, EpochRegistry, KeySource, TokenVerifier } from '@logicspike/auth'
import { internal } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { Tracer } from '@opentelemetry/api'
import type { FastifyInstance } from 'fastify'
import type { UnmarkedRootFields } from './authorization/analyse-operation.ts'
import type { Policies } from './authorization/policies.ts'
import { createKnownDocuments, type KnownDocuments } from './documents/known-documents.ts'
import { persistedQueryCache } from './documents/persisted-query-cache.ts'
import { createDoor } from './door/create-door.ts'
import type { HttpLimits } from './door/http-limits.ts'
import type { CertificateSource } from './door/tls-certificate.ts'
import { deferLabelsRule } from './execution/deferred/defer-directive.ts'
import type { Sharing } from './execution/sharing.ts'
import { stringifyResponse } from './execution/written-data.ts'
import type { GatewayContext } from './gateway-context.ts'
import type { KnownOperationLane } from './known-operations/answer-known-operation.ts'
import {
  createKnownOperations,
  type KnownOperations,
  useKnownOperations,
} from './known-operations/known-operations.ts'
import { createParsedDocuments } from './known-operations/parsed-documents.ts'
import { type GatewayMetrics, noMetrics } from './metrics/gateway-metrics.ts'
import { watchState } from './metrics/watch-state.ts'
import { gatewayReadiness } from './observability/gateway-parts.ts'
import type { TraceTrust } from './observability/incoming-trace.ts'
import { createSlowOperationLog } from './observability/slow-operations.ts'
import { defaultOperationLimits, type OperationLimits } from './operation-limits.ts'
import { useCompression } from './plugins/use-compression.ts'
import { formatError } from './plugins/use-error-masking.ts'
import { forwardedIdentity } from './plugins/use-forwarded-identity.ts'
import { useFreshRevocations } from './plugins/use-fresh-revocations.ts'
import { useHttpErrors } from './plugins/use-http-errors.ts'
import { useNetworkLimit } from './plugins/use-network-limit.ts'
import { useOperationCost } from './plugins/use-operation-cost.ts'
import { useOperationLimits } from './plugins/use-operation-limits.ts'
import { useOperationLog } from './plugins/use-operation-log.ts'
import { useReadOnlyRequests } from './plugins/use-read-only-requests.ts'
import { useRequestId } from './plugins/use-request-id.ts'
import { useSecurityHeaders } from './plugins/use-security-headers.ts'
import { createOriginPolicy } from './plugins/use-session-cookies.ts'
import { useTrustedDocuments } from './plugins/use-trusted-documents.ts'
import type { RateLimiter } from './rate-limits/rate-limiter.ts'
import { graphiqlRoute } from './routes/graphiql.route.ts'
import { graphqlRoute } from './routes/graphql.route.ts'
import { healthRoute } from './routes/health.route.ts'
import { plainRoutes } from './routes/plain.route.ts'
import { readyRoute } from './routes/ready.route.ts'
import type { ExchangeApiKey } from './service-routes/api-keys.ts'
import type { OnProxied } from './service-routes/note-service.ts'
import { openServiceRoutes } from './service-routes/open-service-routes.ts'
import { collectOwnAddresses } from './service-routes/own-addresses.ts'
import type { ServiceRegistry } from './service-routes/service-registry.ts'
import { createCallerWatch } from './streams/caller-watch.ts'
import { createConnectionLimits } from './streams/connection-limits.ts'
import { createStreamBudgets } from './streams/stream-budgets.ts'
import type { StreamDesk } from './streams/stream-desk.ts'
import { defaultStreamLimits, type StreamLimits } from './streams/stream-limits.ts'
import { createStreams } from './streams/streams.ts'
import { useWebSockets } from './streams/use-web-sockets.ts'
import { createWebSockets } from './streams/web-socket.ts'
import type { SubgraphDirectory } from './subgraph-links/subgraph-directory.ts'
import type { SubgraphLink } from './subgraph-links/subgraph-link.ts'
import {
  createGenerationalGateway,
  type GenerationalGateway,
} from './supergraph/generational-gateway.ts'
import type { SupergraphSource } from './supergraph-source.ts'

export type GatewayDeps = {
  readonly supergraph: SupergraphSource
  /** One link for every subgraph the supergraph names. The gateway closes them when it stops. */
  readonly subgraphs: Readonly<Record<string, SubgraphLink>>
  /** Leads to the subgraphs for which there is no link; without it, all must have one. */
  readonly directory?: SubgraphDirectory
  readonly verifier: TokenVerifier
  /** For readiness: a gateway that knows no revocations or keys yet must not be sent requests. What `onBump`
   * tells ends streams of the revoked at once; without it they are found out within a minute. */
  readonly epochs: Pick<EpochRegistry, 'ready'> &
    Partial<Pick<EpochRegistry, 'onBump' | 'lastPolledAt' | 'isPushed'>>
  readonly keys: Pick<KeySource, 'fetchedAt'>
  /** The value of `x-gateway-key` with which the gateway calls subgraphs; null sends none. A secret. */
  readonly gatewayKey: string | null
  readonly log: Logger
  /** Production: no introspection, no GraphiQL, no hints about the schema. */
  readonly production: boolean
  /** Whether the schema may be asked for; in development unless told otherwise. */
  readonly introspection?: boolean
  readonly corsOrigins?: readonly string[]
  /** Addresses or CIDR ranges of proxies whose `x-forwarded-for` is believed. */
  readonly trustedProxies?: readonly string[]
  /** With one the gateway speaks TLS, and HTTP/2 to those who know it. */
  readonly certificate?: CertificateSource
  readonly limits?: Partial<OperationLimits>
  readonly httpLimits?: Partial<HttpLimits>
  readonly streams?: Partial<StreamLimits>
  /** Tells when tokens of those who listen end; the system's by default. */
  readonly clock?: Clock
  /** Documents that clients may name by their hash; kept in memory only where there are none. */
  readonly documents?: KnownDocuments
  /** Client ids that may run nothing but documents they have published. */
  readonly trustedDocumentsFor?: readonly string[]
  /** Without one nothing is counted. The gateway closes it when it stops. */
  readonly rateLimiter?: RateLimiter
  /** Records spans; without one there are none. */
  readonly tracer?: Tracer | null
  /** Whose trace contexts are gone on from; nobody's unless told otherwise. */
  readonly traceTrust?: TraceTrust
  /** From when on an operation is told of as slow, in milliseconds; 0, the default, tells of none. */
  readonly slowOperationMs?: number
  /** Told what happens; without it nothing is counted. */
  readonly metrics?: GatewayMetrics
  /** Bytes. */
  readonly maxBodyBytes?: number
  /** Root fields that do not say who may use them; nobody may, unless told otherwise. */
  readonly unmarkedRootFields?: UnmarkedRootFields
  /** What answers for the names in `@policy`; those that nothing answers for are denied. */
  readonly policies?: Policies
  /** What of the work in flight equal requests of one caller share; `fetches` unless told otherwise. */
  readonly sharing?: Sharing
  /** End-user services that stand behind this gateway; none where it is absent. */
  readonly services?: ServiceRegistry
  /** Turns API keys into access tokens; without it no key is taken. */
  readonly exchangeApiKey?: ExchangeApiKey
  /** Told of every request to a service, once it is over. */
  readonly onProxied?: OnProxied
  /** Routes that the composition root adds, such as the development mailbox. */
  readonly routes?: (http: FastifyInstance) => void | Promise<void>
}

export type Gateway = {
  readonly http: FastifyInstance
  /** Listens and resolves with the port. */
  listen(port: number, host?: string): Promise<number>
  /** Whether it may be sent requests; what `/readyz` answers. */
  isReady(): boolean
  /** Makes `/readyz` fail, so that load balancers send new requests elsewhere. All else goes on. */
  beginDrain(): void
  /** Ends every connection at once; for those that outlast a stop. */
  cutConnections(): void
  /** Takes no new connections, lets running requests end, then frees everything. */
  stop(): Promise<void>
  /** Resolves once every supergraph update noticed so far was taken in or refused. */
  supergraphSettled(): Promise<void>
}

/** The subgraph whose session cookies the gateway passes on. */
const IDENTITY = 'identity'
const MAX_BODY_BYTES = 1024 * 1024
const systemClock: Clock = { now: () => new Date() }

/**
 * The edge. What happens to a request, in order, is the order of the lines below and is told in
 * README.md. Resolves once the supergraph is loaded; subgraphs need not be up.
 * @throws Error where the supergraph cannot be read or served
 */
export async function createGateway(deps: GatewayDeps): Promise<Gateway> {
  const limits = { ...defaultOperationLimits, ...deps.limits }
  const corsOrigins = deps.corsOrigins ?? []
  const origins = createOriginPolicy(corsOrigins)
  const maxBodyBytes = deps.maxBodyBytes ?? MAX_BODY_BYTES
  const metrics = deps.metrics ?? noMetrics
  const links = new Map<string, SubgraphLink>()
  const identityFor = forwardedIdentity(deps.gatewayKey)
  const supergraph = createGenerationalGateway(deps.supergraph, {
    linkTo(subgraph) {
      const link = linkTo(deps, subgraph)
      links.set(link.name, link)
      return link
    },
    headersFor: (context, subgraph) => identityFor(context, subgraph === IDENTITY),
    ownsSession: (subgraph) => subgraph === IDENTITY,
    unmarkedRootFields: deps.unmarkedRootFields ?? 'refuse',
    ...(deps.policies && { policies: deps.policies }),
    sharing: deps.sharing ?? 'fetches',
    metrics,
    log: deps.log,
  })
  const desk = createStreamDesk(deps, metrics)
  supergraph.onSchemaLoadOrUpdate(({ apiSchema }) => desk.streams.supergraphChanged(apiSchema))
  const documents = deps.documents ?? createKnownDocuments({ store: null, log: deps.log })
  const operations = createKnownOperations()
  const plugins = operationPlugins({ ...deps, documents, operations, limits }, supergraph)
  const apollo = createApollo({ ...deps, documents, limits }, supergraph, plugins)
  await apollo.start()
  const lane: KnownOperationLane = {
    ...{ apollo, operations, plugins },
    schema: () => supergraph.current?.schema ?? null,
    execute: supergraph.execute,
  }

  let draining = false
  let stopped: Promise<void> | null = null
  const readiness = gatewayReadiness({
    ...deps,
    supergraph,
    documents,
    isDraining: () => draining,
  })

  const { http, connections, isSecure } = await createDoor(deps, {
    maxBodyBytes,
    isDraining: () => draining,
  })
  const ownAddresses = collectOwnAddresses(http)
  useRequestId(http)
  useHttpErrors(http, metrics)
  useCompression(http)
  await useSecurityHeaders(http, { corsOrigins, isSecure: isSecure || deps.production })
  if (deps.rateLimiter) useNetworkLimit(http, deps.rateLimiter, metrics)
  healthRoute(http)
  readyRoute(http, readiness)
  const checkLimits = useOperationLimits(limits)
  const { log, verifier, tracer = null } = deps
  const slowOperations = createSlowOperationLog(deps.slowOperationMs ?? 0)
  const door = { lane, checkLimits, log, verifier, desk, metrics, tracer, slowOperations }
  const webSockets = createWebSockets(door)
  await useWebSockets(http, { maxMessageBytes: desk.limits.maxMessageBytes, log: deps.log })
  graphqlRoute(http, { ...door, origins, webSockets, traceTrust: deps.traceTrust ?? 'nobody' })
  const { subgraphs, gatewayKey } = deps
  if (gatewayKey !== null) {
    await plainRoutes(http, { subgraphs, gatewayKey, origins, maxBodyBytes })
  }
  if (!deps.production) graphiqlRoute(http)
  await deps.routes?.(http)
  // Last, since they are whatever is left.
  const services = deps.services
    ? await openServiceRoutes(http, {
        ...deps,
        registry: deps.services,
        clock: deps.clock ?? systemClock,
        reserved: ownAddresses,
        origins,
        desk,
        metrics,
      })
    : null
  const upstreams = () => services?.upstreams() ?? []
  const stopWatching = watchState(metrics, { ...deps, links, upstreams })

  async function stopAll(): Promise<void> {
    desk.streams.stop()
    stopWatching()
    await Promise.all([webSockets.stop(), services?.stopTunnels()])
    await http.close()
    await services?.close()
    desk.callers.stop()
    await apollo.stop()
    await Promise.all(Object.values(deps.subgraphs).map((link) => link.close()))
    await deps.directory?.close()
    await deps.rateLimiter?.close()
    await documents.close()
  }

  return {
    http,
    async listen(port, host = '127.0.0.1') {
      await http.listen({ port, host })
      const address = http.server.address()
      return typeof address === 'object' && address ? address.port : port
    },
    isReady: readiness.isReady,
    beginDrain() {
      draining = true
      connections.sayGoodbye()
    },
    cutConnections: connections.cut,
    stop() {
      draining = true
      stopped ??= stopAll()
      return stopped
    },
    supergraphSettled: () => supergraph.settled(),
  }
}

function linkTo(
  { subgraphs, directory }: GatewayDeps,
  subgraph: { name: string; url: string | undefined },
): SubgraphLink {
  const link = subgraphs[subgraph.name] ?? directory?.linkTo(subgraph)
  if (!link)
    throw internal(`the supergraph names subgraph ${subgraph.name}, to which no link leads`)
  return link
}

function createStreamDesk(
  { streams, verifier, epochs, clock, rateLimiter }: GatewayDeps,
  metrics: GatewayMetrics,
): StreamDesk {
  const limits = { ...defaultStreamLimits, ...streams }
  const budgets = createStreamBudgets(rateLimiter, metrics)
  return {
    limits,
    budgets,
    streams: createStreams(limits, budgets, metrics),
    callers: createCallerWatch({
      verifier,
      epochs,
      clock: clock ?? systemClock,
      sweepMs: limits.sweepMs,
    }),
    connections: createConnectionLimits(limits, metrics),
  }
}

function createApollo(
  { documents, limits, ...deps }: GatewayDeps & OperationParts,
  gateway: GenerationalGateway,
  plugins: readonly ApolloServerPlugin<GatewayContext>[],
): ApolloServer<GatewayContext> {
  const { log, production, introspection } = deps
  return new ApolloServer<GatewayContext>({
    gateway,
    logger: log,
    formatError,
    stringifyResult: stringifyResponse,
    nodeEnv: production ? 'production' : 'development',
    introspection: introspection ?? !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    documentStore: createParsedDocuments(),
    persistedQueries: { cache: persistedQueryCache(documents) },
    stopOnTerminationSignals: false,
    validationRules: [deferLabelsRule],
    parseOptions: { maxTokens: limits.tokens },
    // What it must not do on its own: report to its maker, trace, and serve a page from a CDN.
    apollo: {},
    plugins: [
      ...plugins,
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  })
}

type OperationParts = { readonly documents: KnownDocuments; readonly limits: OperationLimits }

/** What is done at the moments of an operation, in this order. */
function operationPlugins(
  deps: GatewayDeps & OperationParts & { readonly operations: KnownOperations },
  gateway: GenerationalGateway,
): ApolloServerPlugin<GatewayContext>[] {
  const { documents, limits, operations, verifier, rateLimiter, trustedDocumentsFor } = deps
  return [
    useOperationLog(documents.isPublished),
    useTrustedDocuments({ documents, requiredFor: new Set(trustedDocumentsFor) }),
    useOperationCost({
      costsOf: (schema) => gateway.generationOf(schema)?.costs,
      maximum: limits.cost,
      rateLimiter,
    }),
    useReadOnlyRequests(),
    useFreshRevocations(verifier),
    useKnownOperations(operations),
  ]
}
