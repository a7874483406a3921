import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { parse } from 'graphql'
import type { StreamRequest } from '../src/execution/prepare-stream.ts'
import type { GatewayContext } from '../src/gateway-context.ts'
import { noMetrics } from '../src/metrics/gateway-metrics.ts'
import type { SubgraphLink } from '../src/subgraph-links/subgraph-link.ts'
import {
  buildGeneration,
  type SupergraphGeneration,
} from '../src/supergraph/supergraph-generation.ts'
import { compose } from './support/compose.ts'

const { sdl } = compose({
  feed: `
    type Query { version: String @public }
    type Subscription {
      happened(after: Int = 3): Event @public
      secret: String @requiresScopes(scopes: [["a:b.read"]])
    }
    type Event { cursor: String! about: User note: String @authenticated }
    type User @key(fields: "id", resolvable: false) { id: ID! }
  `,
  people: 'type Query { x: Int @public } type User @key(fields: "id") { id: ID! name: String! }',
})

const asked: string[] = []
const people: SubgraphLink = {
  name: 'people',
  graphql: async ({ variables }) => {
    asked.push(String(variables))
    return { body: { data: { _entities: [{ name: 'Ada' }] } }, setCookies: [] }
  },
  subscribe: () => Promise.reject(new Error('unused')),
  http: () => Promise.reject(new Error('unused')),
  close: async () => undefined,
}

let generation: SupergraphGeneration

beforeAll(async () => {
  generation = await buildGeneration(sdl, {
    linkTo: () => people,
    headersFor: () => ({}),
    ownsSession: () => false,
    unmarkedRootFields: 'refuse',
    sharing: 'fetches',
    metrics: noMetrics,
    log: createLogger({ name: 'test' }, { write: () => undefined }),
  })
})
afterAll(() => generation.stop())

const request = (source: string, variables?: Record<string, unknown>): StreamRequest => ({
  queryHash: source,
  source,
  document: parse(source),
  operationName: undefined,
  variables,
  context: { principal: null, setCookies: [] } as unknown as GatewayContext,
})

async function prepared(source: string, variables?: Record<string, unknown>) {
  const preparation = await generation.prepareStream(request(source, variables))
  if (!preparation.ok) throw preparation.errors[0]
  return preparation.stream
}

const EVENT = { happened: { cursor: 'c1', about: { __typename: 'User', id: 'u1' } } }

describe('a subscription', () => {
  test('is opened at the subgraph that owns it, with the values of its variables', async () => {
    const { primary } = await prepared('subscription($n: Int) { happened(after: $n) { cursor } }', {
      n: 7,
    })
    expect(primary).toMatchObject({ subgraph: 'feed', variables: '{"n":7}' })
    expect(parse(primary.query).definitions).toHaveLength(1)
  })

  test('has each event completed by the other subgraphs', async () => {
    const stream = await prepared('subscription { happened { at: cursor about { name } } }')
    asked.length = 0
    const event = { data: { happened: { at: 'c1', about: EVENT.happened.about } } }
    const executed = await stream.run(event)
    expect('body' in executed && executed.body.toString('utf8')).toBe(
      '{"data":{"happened":{"at":"c1","about":{"name":"Ada"}}}}',
    )
    expect(asked).toEqual(['{"representations":[{"__typename":"User","id":"u1"}]}'])
    expect(event.data.happened.about).not.toHaveProperty('name')
  })

  test('tells the errors of an event at their places', async () => {
    const stream = await prepared('subscription { happened { cursor about { name } } }')
    const errors = [
      { message: 'gone', path: ['happened', 'about'], extensions: { code: 'NOT_FOUND' } },
    ]
    const data = { happened: { cursor: 'c1', about: null } }
    const executed = await stream.run({ data, errors })
    expect(executed).toMatchObject({ data, errors: [{ path: ['happened', 'about'] }] })
  })

  test('has nulls where the caller may not read', async () => {
    const stream = await prepared('subscription { happened { cursor note } }')
    expect(stream.primary.query).not.toContain('note')
    expect(await stream.run({ data: { happened: { cursor: 'c1' } } })).toMatchObject({
      data: { happened: { cursor: 'c1', note: null } },
      errors: [{ path: ['happened', 'note'] }],
    })
  })

  test('is refused where the caller may have nothing of it', async () => {
    const preparation = await generation.prepareStream(request('subscription { secret }'))
    expect(preparation).toMatchObject({ ok: false, errors: [{ path: ['secret'] }] })
  })

  test('is refused where its variables are wrong', async () => {
    const source = 'subscription($n: Int) { happened(after: $n) { cursor } }'
    expect(await generation.prepareStream(request(source, { n: 'x' }))).toMatchObject({ ok: false })
  })
})
