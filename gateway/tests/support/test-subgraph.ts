import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import Fastify, { type FastifyInstance } from 'fastify'
import { createSourceEventStream, execute, type GraphQLSchema, parse } from 'graphql'
import type { InProcessSubgraph } from '../../src/subgraph-links/in-process-subgraph-link.ts'
import { withHead } from './compose.ts'

export type SubgraphContext = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  setCookie(header: string): void
  /** Of a subscription: fires when nobody listens any more. */
  readonly signal?: AbortSignal
}

export type SubgraphDefinition = {
  readonly sdl: string
  readonly resolvers: GraphQLResolverMap<SubgraphContext>
  /** Plain routes beside GraphQL. */
  readonly routes?: (http: FastifyInstance) => void
}

/** What reached a subgraph. */
export type Received = {
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** Name, value, name, value … as they came over the wire; empty in process. */
  readonly rawHeaders: readonly string[]
}

/** Answers instead of the schema: `respond` may do anything to the connection, or nothing at all. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void

export type TestSubgraph = InProcessSubgraph & {
  readonly name: string
  readonly sdl: string
  readonly received: Received[]
  /** From now on; null for the schema again. */
  misbehave(how: Misbehaviour | null): void
  listen(port?: number): Promise<number>
  close(): Promise<void>
}

type Body = { query: string; variables?: Record<string, unknown>; operationName?: string }

/** A real subgraph schema behind a real HTTP server, which remembers what it was asked. */
export function createTestSubgraph(name: string, definition: SubgraphDefinition): TestSubgraph {
  const sdl = withHead(definition.sdl)
  const resolvers = definition.resolvers as GraphQLResolverMap<unknown>
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])
  const received: Received[] = []
  const http = Fastify({ keepAliveTimeout: 65_000, forceCloseConnections: true })
  let misbehaviour: Misbehaviour | null = null

  http.post<{ Body: Body }>('/graphql', async (request, reply) => {
    const { headers, rawHeaders } = request.raw
    received.push({ query: request.body.query, headers, rawHeaders })
    if (misbehaviour) {
      reply.hijack()
      misbehaviour(request.raw, reply.raw)
      return reply
    }
    const { result, cookies } = await run(schema, request.body, request.headers)
    if (cookies.length > 0) reply.header('set-cookie', cookies)
    return result
  })
  http.post<{ Body: Body }>('/graphql/stream', async (request, reply) => {
    const { headers, rawHeaders } = request.raw
    received.push({ query: request.body.query, headers, rawHeaders })
    reply.hijack()
    if (misbehaviour) return misbehaviour(request.raw, reply.raw)
    const control = new AbortController()
    reply.raw.on('close', () => control.abort())
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write(': here\n\n')
    for await (const event of events(schema, request.body, headers, control.signal)) {
      reply.raw.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`)
    }
    reply.raw.end('event: complete\ndata:\n\n')
  })
  definition.routes?.(http)

  return {
    name,
    sdl,
    received,
    http,
    misbehave(how) {
      misbehaviour = how
    },
    async executeInProcess({ query, variables, operationName, headers }) {
      received.push({ query, headers, rawHeaders: [] })
      const body = { query, variables, ...(operationName && { operationName }) }
      const { result, cookies } = await run(schema, body, headers)
      return { result, headers: { 'set-cookie': cookies } }
    },
    async subscribeInProcess({ query, variables, operationName, headers, signal }) {
      received.push({ query, headers, rawHeaders: [] })
      const body = { query, variables, ...(operationName && { operationName }) }
      return { ok: true, events: events(schema, body, headers, signal) }
    },
    async listen(port = 0) {
      await http.listen({ port, host: '127.0.0.1' })
      return (http.server.address() as { port: number }).port
    },
    close: () => http.close(),
  }
}

async function run(schema: GraphQLSchema, body: Body, headers: SubgraphContext['headers']) {
  const cookies: string[] = []
  const contextValue: SubgraphContext = { headers, setCookie: (header) => cookies.push(header) }
  const result = await execute({
    schema,
    document: parse(body.query),
    variableValues: body.variables ?? {},
    operationName: body.operationName ?? null,
    contextValue,
  })
  return { result, cookies }
}

/** The events of a subscription, as a subgraph server says them. */
async function* events(
  schema: GraphQLSchema,
  body: Body,
  headers: SubgraphContext['headers'],
  signal: AbortSignal,
): AsyncGenerator<object> {
  const args = {
    schema,
    document: parse(body.query),
    variableValues: body.variables ?? {},
    operationName: body.operationName ?? null,
    contextValue: { headers, setCookie: () => undefined, signal } satisfies SubgraphContext,
  }
  const source = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in source)) {
    yield JSON.parse(JSON.stringify({ errors: source.errors }))
    return
  }
  try {
    for await (const payload of source) {
      const { extensions } = payload as { extensions?: object }
      yield {
        ...(await execute({ ...args, rootValue: payload })),
        ...(extensions && { extensions }),
      }
    }
  } catch (error) {
    yield { errors: [JSON.parse(JSON.stringify(error))] }
  }
}
