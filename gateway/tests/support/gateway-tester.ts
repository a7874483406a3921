import {
  ACCESS_TOKEN_AUDIENCE,
  createGatewayKey,
  createKeySource,
  createTokenVerifier,
  type TokenVerifier,
} from '@logicspike/auth'
import { movableClock, type TokenForge, tokenForge } from '@logicspike/auth/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { createGateway, type Gateway, type GatewayDeps } from '../../src/create-gateway.ts'
import { createHttpSubgraphLink } from '../../src/subgraph-links/http-subgraph-link.ts'
import { createInProcessSubgraphLink } from '../../src/subgraph-links/in-process-subgraph-link.ts'
import type { SubgraphLink } from '../../src/subgraph-links/subgraph-link.ts'
import { fixedSupergraph } from '../../src/supergraph-source.ts'
import { compose } from './compose.ts'
import { createTestSubgraph, type SubgraphDefinition, type TestSubgraph } from './test-subgraph.ts'

export type AskOptions = {
  variables?: Record<string, unknown>
  operationName?: string
  token?: string
  headers?: Record<string, string>
}

export type GraphQLAnswer = {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
  extensions?: unknown
}

export type Answered = { status: number; headers: Headers; body: GraphQLAnswer; text: string }

export type GatewayTester<Name extends string> = AsyncDisposable & {
  readonly gateway: Gateway
  readonly url: string
  readonly port: number
  readonly subgraphs: Readonly<Record<Name, TestSubgraph>>
  readonly forge: TokenForge
  readonly gatewayKey: string
  /** What the gateway was made of, unless the test brought its own. */
  readonly parts: { readonly verifier: TokenVerifier; readonly sdl: string }
  /** Lines of the log, parsed. */
  readonly log: Record<string, unknown>[]
  ask(query: string, options?: AskOptions): Promise<Answered>
  /** A token with exactly these permissions. */
  tokenWith(...permissions: string[]): string
  /** A token of somebody nobody else has one of, in a workspace of their own. */
  tokenOfAnother(): string
  /** What leaving a block of `await using` does. */
  close(): Promise<void>
}

export type GatewayTesterOptions<Name extends string> = Partial<GatewayDeps> & {
  readonly definitions: Readonly<Record<Name, SubgraphDefinition>>
  readonly mode?: 'http' | 'in-process'
  readonly subgraphTimeoutMs?: number
}

const ISSUER = 'https://platform.example'
export const clock = movableClock()
/** One for all tests of a file: RSA keys take a while to make. */
const forge = tokenForge({ issuer: ISSUER, audience: ACCESS_TOKEN_AUDIENCE, clock })

/** A whole gateway on a free port, in front of subgraphs that really run. */
export async function createGatewayTester<Name extends string>(
  options: GatewayTesterOptions<Name>,
): Promise<GatewayTester<Name>> {
  const { definitions, mode = 'http', subgraphTimeoutMs = 2_000, ...overrides } = options
  const names = Object.keys(definitions) as Name[]
  const subgraphs = Object.fromEntries(
    names.map((name) => [name, createTestSubgraph(name, definitions[name])]),
  ) as Record<Name, TestSubgraph>
  const closeSubgraphs = () => Promise.all(names.map((name) => subgraphs[name].close()))
  const links = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await linkTo(subgraphs[name], mode, subgraphTimeoutMs)]),
    ),
  ) as Record<Name, SubgraphLink>
  const { sdl } = compose(Object.fromEntries(names.map((name) => [name, subgraphs[name].sdl])))
  const log: Record<string, unknown>[] = []
  const keys = createKeySource({ fetchJwks: async () => forge.jwks(), clock })
  await keys.load()
  const gatewayKey = createGatewayKey('gateway').value
  const verifier = createTokenVerifier({
    issuer: ISSUER,
    audience: ACCESS_TOKEN_AUDIENCE,
    keySource: keys,
    clock,
  })
  const gateway = await createGateway({
    supergraph: fixedSupergraph(sdl),
    subgraphs: links,
    verifier,
    epochs: { ready: true },
    keys,
    gatewayKey,
    production: true,
    log: createLogger(
      { name: 'gateway', level: 'debug' },
      { write: (line: string) => log.push(JSON.parse(line)) },
    ),
    ...overrides,
  }).catch(async (error: unknown) => {
    await closeSubgraphs()
    throw error
  })
  const port = await gateway.listen(0)
  const url = `http://127.0.0.1:${port}`
  const close = async () => {
    await gateway.stop()
    await closeSubgraphs()
  }

  return {
    gateway,
    url,
    port,
    subgraphs,
    forge,
    gatewayKey,
    parts: { verifier, sdl },
    log,
    ask: (query, asked = {}) => ask(`${url}/graphql`, query, asked),
    tokenWith: (...permissions) =>
      forge.sign(forge.claims({ scope: [...permissions].sort().join(' ') })),
    tokenOfAnother: () => forge.sign(forge.claims({ sub: newId('user'), tid: newId('workspace') })),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function linkTo(
  subgraph: TestSubgraph,
  mode: 'http' | 'in-process',
  timeoutMs: number,
): Promise<SubgraphLink> {
  const { name } = subgraph
  if (mode === 'in-process') return createInProcessSubgraphLink({ name, subgraph, timeoutMs })
  const port = await subgraph.listen()
  return createHttpSubgraphLink({ name, url: `http://127.0.0.1:${port}/graphql`, timeoutMs })
}

async function ask(url: string, query: string, options: AskOptions): Promise<Answered> {
  const { token, variables, operationName, headers } = options
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: JSON.parse(text), text }
}

/** The codes of an answer's errors with their places, `a.0.b: CODE`. */
export function codes({ body }: Answered): string[] {
  return (body.errors ?? []).map(
    ({ path, extensions }) => `${path?.join('.') ?? ''}: ${String(extensions.code)}`,
  )
}
