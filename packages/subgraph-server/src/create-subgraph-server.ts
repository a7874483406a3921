import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import type { Clock, EpochRegistry, GatewayKeyring, TokenVerifier } from '@logicspike/auth'
import { AppError, formatGraphQLError, toGraphQLError } from '@logicspike/errors'
import type { InternalServer } from '@logicspike/internal-api'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance } from 'fastify'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { errorLogPlugin } from './error-log.ts'
import { createHttpServer, type MetricsSource } from './http-server.ts'
import type { SubgraphRequest, SubgraphResponse, VerifiedRequest } from './request.ts'
import type { ServerContext } from './server-context.ts'
import { createOpenStreams } from './streams/open-streams.ts'
import type { SubgraphStream, SubgraphStreamRequest } from './streams/stream.ts'
import { createSubscriber } from './streams/subscriber.ts'
import { verifiedChanges, type WithToken } from './verified-changes.ts'
import { verifyRequest } from './verify-request.ts'

/** Type name → its resolvers, or a scalar; each subgraph types its own by codegen. */
type Resolvers = Readonly<Record<string, object>>

export type SubgraphServerOptions<C extends ServerContext> = {
  readonly name: string
  readonly typeDefs: readonly DocumentNode[]
  readonly resolvers: Resolvers
  readonly createContext: (request: VerifiedRequest) => C
  readonly verifier: TokenVerifier
  readonly keyring: GatewayKeyring
  readonly internal: InternalServer
  readonly log: Logger
  /** Ends streams of the revoked; without it they end with their tokens. */
  readonly epochs?: Pick<EpochRegistry, 'onBump'>
  /** Tells when a stream's token ends; the system's by default. */
  readonly clock?: Clock
  /** Named checks of what the service needs; each rejects while that part is not ready. */
  readonly readiness: Readonly<Record<string, () => Promise<void>>>
  /** Told at `/metrics`, which like health is for the network of the services only. */
  readonly metrics?: MetricsSource
  /** Plain HTTP routes beside GraphQL (token endpoint, callbacks). */
  readonly routes?: (http: FastifyInstance) => void
}

export type SubgraphServer = {
  readonly name: string
  /** Executes for the gateway in the same process, through the same door as over HTTP. */
  executeInProcess(request: SubgraphRequest): Promise<SubgraphResponse>
  /**
   * Begins a subscription for the gateway in the same process, through the same door as over HTTP.
   * A listener ends it by `signal` or by `return()` of the events.
   */
  subscribeInProcess(request: SubgraphStreamRequest): Promise<SubgraphStream>
  readonly internal: InternalServer
  readonly http: FastifyInstance
  /** Listens and resolves with the port. */
  listen(port: number, host?: string): Promise<number>
  /** Refuses new work, lets running requests end, and tells every stream to go on elsewhere. */
  close(): Promise<void>
}

/** A subgraph as a server: Apollo Server on the federated schema, health, internal calls. */
export async function createSubgraphServer<C extends ServerContext>(
  options: SubgraphServerOptions<C>,
): Promise<SubgraphServer> {
  const schema = createSchema(options)
  const apollo = createApollo(schema, options)
  await apollo.start()
  const streams = createOpenStreams({ clock: { now: () => new Date() }, ...options })
  const subscribe = createSubscriber<C>({
    schema,
    streams,
    createContext: options.createContext,
    verify: ({ headers }) => verifyRequest(headers, [], options),
  })

  async function executeInProcess(request: SubgraphRequest): Promise<SubgraphResponse> {
    const cookies: string[] = []
    try {
      const verified = await verifyRequest(request.headers, cookies, options)
      const { accessToken } = verified
      const context = { ...options.createContext(verified), accessToken }
      const result = await executeWith(apollo, context, request)
      return { result, headers: { 'set-cookie': cookies } }
    } catch (error) {
      return { result: { errors: [refusal(error, options.log)] }, headers: { 'set-cookie': [] } }
    }
  }

  async function subscribeInProcess(request: SubgraphStreamRequest): Promise<SubgraphStream> {
    try {
      return await subscribe(request)
    } catch (error) {
      return { ok: false, result: { errors: [refusal(error, options.log)] } }
    }
  }

  const { http, sse } = createHttpServer({
    ...options,
    execute: executeInProcess,
    subscribe: subscribeInProcess,
  })
  return {
    name: options.name,
    executeInProcess,
    subscribeInProcess,
    internal: options.internal,
    http,
    async listen(port, host = '127.0.0.1') {
      await http.listen({ port, host })
      const address = http.server.address()
      return typeof address === 'object' && address ? address.port : port
    },
    async close() {
      streams.close()
      await sse.close()
      await http.close()
      await apollo.stop()
    },
  }
}

function createSchema({
  typeDefs,
  resolvers,
}: Pick<SubgraphServerOptions<ServerContext>, 'typeDefs' | 'resolvers'>): GraphQLSchema {
  return buildSubgraphSchema([
    ...typeDefs.map((document) => ({ typeDefs: document })),
    { typeDefs: emptyDocument, resolvers: { DateTime: GraphQLDateTimeISO } },
    { typeDefs: emptyDocument, resolvers: resolvers as GraphQLResolverMap },
  ])
}

function createApollo<C extends ServerContext>(
  schema: GraphQLSchema,
  options: SubgraphServerOptions<C>,
): ApolloServer<C & WithToken> {
  return new ApolloServer<C & WithToken>({
    schema,
    // Only holders of a gateway key come this far, and the gateway decides what clients may see.
    introspection: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => formatGraphQLError(formatted, error, {}),
    plugins: [
      errorLogPlugin<C>(),
      verifiedChanges(options.verifier),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
    logger: options.log,
  })
}

const emptyDocument: DocumentNode = { kind: 'Document' as DocumentNode['kind'], definitions: [] }

async function executeWith<C extends ServerContext>(
  apollo: ApolloServer<C>,
  contextValue: C,
  request: SubgraphRequest,
): Promise<SubgraphResponse['result']> {
  try {
    const { body } = await apollo.executeOperation(
      {
        query: request.query,
        ...(request.variables && { variables: { ...request.variables } }),
        ...(request.operationName && { operationName: request.operationName }),
        http: { method: 'POST', headers: new HeaderMap(), search: '', body: undefined },
      },
      { contextValue },
    )
    if (body.kind !== 'single') throw new Error('subgraphs answer in one piece')
    return body.singleResult as SubgraphResponse['result']
  } finally {
    await contextValue.dispose?.()
  }
}

/** Errors before execution (no key, bad token), in the same shape as all others. */
function refusal(error: unknown, log: Logger): object {
  if (!(error instanceof AppError)) log.error({ err: error }, 'a request could not be executed')
  const graphqlError = error instanceof AppError ? toGraphQLError(error) : error
  return formatGraphQLError({ message: String(error) }, graphqlError, {})
}
