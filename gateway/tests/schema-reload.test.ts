import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { type GraphQLSchema, getOperationAST, parse } from 'graphql'
import { createGateway } from '../src/create-gateway.ts'
import { noMetrics } from '../src/metrics/gateway-metrics.ts'
import type { SubgraphLink } from '../src/subgraph-links/subgraph-link.ts'
import { createGenerationalGateway } from '../src/supergraph/generational-gateway.ts'
import { fixedSupergraph, supergraphFile } from '../src/supergraph-source.ts'
import { type Changeable, changeable } from './support/changeable.ts'
import { compose } from './support/compose.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import type { SubgraphDefinition } from './support/test-subgraph.ts'

/** The subgraph can do more than the first supergraph says. */
const wide: SubgraphDefinition = {
  sdl: 'type Query { a: String @public b: String @public slow: String @public }',
  resolvers: { Query: { a: () => 'a', b: () => 'b', slow: () => slow.promise } },
}
let slow = Promise.withResolvers<string>()

const sdlOf = (fields: string) => compose({ wide: `type Query { ${fields} }` }).sdl
const A = sdlOf('a: String @public slow: String @public')
const AB = sdlOf('a: String @public b: String @public slow: String @public')
const A_PROTECTED = sdlOf('a: String @authenticated slow: String @public')

let source: Changeable<string>
let tester: GatewayTester<'wide'>

beforeEach(async () => {
  slow = Promise.withResolvers<string>()
  source = changeable(A)
  tester = await createGatewayTester({ definitions: { wide }, supergraph: source })
})
afterEach(() => tester.close())

const change = async (sdl: string) => {
  source.change(sdl)
  await tester.gateway.supergraphSettled()
}

describe('a new supergraph', () => {
  test('is served from then on', async () => {
    expect(codes(await tester.ask('{ b }'))).toEqual([': GRAPHQL_VALIDATION_FAILED'])
    await change(AB)
    expect((await tester.ask('{ b }')).body.data).toEqual({ b: 'b' })
  })

  test('brings its rules with it, for operations that were known before too', async () => {
    expect((await tester.ask('{ a }')).body.data).toEqual({ a: 'a' })
    await change(A_PROTECTED)
    expect(codes(await tester.ask('{ a }'))).toEqual(['a: UNAUTHENTICATED'])
    await change(A)
    expect((await tester.ask('{ a }')).body.data).toEqual({ a: 'a' })
  })

  test('leaves operations that are under way to the one they began on', async () => {
    const running = tester.ask('{ slow a }')
    while (tester.subgraphs.wide.received.length === 0) await new Promise(setImmediate)
    await change(sdlOf('b: String @public'))
    expect((await tester.ask('{ b }')).body.data).toEqual({ b: 'b' })
    slow.resolve('late')
    expect((await running).body).toEqual({ data: { slow: 'late', a: 'a' } })
  })

  test('of several in a row the last one stays', async () => {
    source.change(AB)
    source.change(A)
    source.change('nonsense')
    await change(A_PROTECTED)
    expect(codes(await tester.ask('{ a }'))).toEqual(['a: UNAUTHENTICATED'])
  })
})

test('an operation runs on the supergraph that validated it, even if it is no longer the current one', async () => {
  const log = createLogger({ name: 'test' }, { write: () => undefined })
  const asked: string[] = []
  const link: SubgraphLink = {
    name: 'wide',
    graphql: async ({ query }) => {
      asked.push(query)
      return { body: { data: { a: 'a' } }, setCookies: [] }
    },
    subscribe: () => Promise.reject(new Error('unused')),
    http: () => Promise.reject(new Error('unused')),
    close: async () => undefined,
  }
  const changing = changeable(A)
  const gateway = createGenerationalGateway(changing, {
    linkTo: () => link,
    headersFor: () => ({}),
    ownsSession: () => false,
    unmarkedRootFields: 'refuse',
    sharing: 'fetches',
    metrics: noMetrics,
    log,
  })
  const schemas: GraphQLSchema[] = []
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => schemas.push(apiSchema))
  const { executor } = await gateway.load({ apollo: {} })
  changing.change(A_PROTECTED)
  await gateway.settled()
  const [before, after] = schemas
  if (!executor || !before || !after) throw new Error('not loaded')
  const source = '{ a }'
  const document = parse(source)
  const request = {
    request: { query: source },
    source,
    document,
    operation: getOperationAST(document),
    queryHash: 'hash',
    context: { principal: null },
    metrics: {},
    logger: log,
  } as unknown as GatewayGraphQLRequestContext
  const dataFrom = async (schema: GraphQLSchema) =>
    JSON.stringify((await executor({ ...request, schema })).data)
  expect(await dataFrom(before)).toBe('{"a":"a"}')
  expect(await dataFrom(after)).toBe('{"a":null}')
  expect(asked).toHaveLength(1)
  await gateway.stop()
})

describe('an update that does not hold is kept out and told loudly', () => {
  test.each([
    ['no GraphQL', 'type Query {'],
    ['nothing', ''],
    ['a schema that is not composed', 'type Query { a: String }'],
    ['a supergraph without its join directives', A.replaceAll(/@join__type\([^)]*\)/g, '')],
    [
      'a type that does not have what its interface promises',
      `${A}
       interface Promises @join__type(graph: WIDE) { kept: String }
       type Breaks implements Promises @join__type(graph: WIDE) @join__implements(graph: WIDE, interface: "Promises") { other: String }`,
    ],
    ['a subgraph to which no link leads', A.replace('name: "wide"', 'name: "unknown"')],
    [
      'a security feature that nobody here enforces',
      A.replace(
        '{\n  query',
        '  @link(url: "https://specs.apollo.dev/lock/v0.1", for: SECURITY)\n{\n  query',
      ),
    ],
    [
      'rules that cannot be read',
      sdlOf('a: String @requiresScopes(scopes: [["a:x.read"]])').replace('[["a:x.read"]]', '"a"'),
    ],
  ])('%s', async (_, sdl) => {
    await change(sdl)
    expect((await tester.ask('{ a }')).body.data).toEqual({ a: 'a' })
    expect(tester.gateway.isReady()).toBe(true)
    expect(tester.log).toContainEqual(
      expect.objectContaining({ level: 50, msg: expect.stringContaining('update refused') }),
    )
  })

  test('a gateway that has no good one yet does not start', async () => {
    const unused = () => Promise.reject(new Error('unused'))
    await expect(
      createGateway({
        supergraph: fixedSupergraph('type Query { a: String }'),
        subgraphs: {},
        verifier: { verify: unused, verifyForChange: unused },
        epochs: { ready: true },
        keys: { fetchedAt: new Date() },
        gatewayKey: 'gateway.x',
        production: true,
        log: createLogger({ name: 'test' }, { write: () => undefined }),
      }),
    ).rejects.toThrow('links no specification')
  })
})

describe('the supergraph file', () => {
  let folder: string
  const errors: string[] = []
  const log = createLogger({ name: 'test' }, { write: (line: string) => errors.push(line) })

  beforeEach(async () => {
    errors.length = 0
    folder = await mkdtemp(join(tmpdir(), 'supergraph-'))
    await writeFile(join(folder, 'supergraph.graphql'), A)
  })
  afterEach(() => rm(folder, { recursive: true }))

  const open = (intervalMs?: number) =>
    supergraphFile({
      path: join(folder, 'supergraph.graphql'),
      log,
      ...(intervalMs && { intervalMs }),
    })

  test('tells of a change once, however it was written', async () => {
    const seen: string[] = []
    const file = open()
    await file.read()
    const stop = file.watch((sdl) => seen.push(sdl))
    await file.check()
    await writeFile(join(folder, 'supergraph.graphql'), AB)
    await file.check()
    await file.check()
    await writeFile(join(folder, 'next'), A)
    await rename(join(folder, 'next'), join(folder, 'supergraph.graphql'))
    await file.check()
    stop()
    expect(seen).toEqual([AB, A])
  })

  test('that is gone changes nothing and is told loudly', async () => {
    const seen: string[] = []
    const file = open()
    await file.read()
    const stop = file.watch((sdl) => seen.push(sdl))
    await rm(join(folder, 'supergraph.graphql'))
    await file.check()
    expect(seen).toEqual([])
    expect(errors.join()).toContain('the supergraph file cannot be read')
    await writeFile(join(folder, 'supergraph.graphql'), AB)
    await file.check()
    stop()
    expect(seen).toEqual([AB])
  })

  test('is watched: nobody need ask', async () => {
    const file = open(5)
    await file.read()
    const changed = new Promise<string>((resolve) => {
      const stop = file.watch((sdl) => {
        stop()
        resolve(sdl)
      })
    })
    await writeFile(join(folder, 'supergraph.graphql'), AB)
    expect(await changed).toBe(AB)
  })

  test('that is missing at the start is an error', async () => {
    await rm(join(folder, 'supergraph.graphql'))
    await expect(open().read()).rejects.toThrow('ENOENT')
    await writeFile(join(folder, 'supergraph.graphql'), A)
  })
})
