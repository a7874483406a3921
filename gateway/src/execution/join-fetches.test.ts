import { describe, expect, test } from '@jest/globals'
import { upstreamUnavailable } from '@logicspike/errors'
import type { GatewayContext } from '../gateway-context.ts'
import { joinFetches } from './join-fetches.ts'
import type { Fetch, FetchAnswer, SendFetch } from './subgraph-client.ts'

const context = {} as GatewayContext
const run = {}

type Wanted = {
  readonly field: string
  readonly ids: readonly string[]
  readonly subgraph?: string
  readonly run?: object
  readonly variables?: readonly (readonly [string, string])[]
}

function fetchOf({ field, ids, subgraph = 'shop', variables = [], ...own }: Wanted): Fetch {
  const representations = JSON.stringify(ids.map((id) => ({ __typename: 'Product', id })))
  const declared = variables.map(([name]) => `,$${name}:Int`).join('')
  const texts = variables.map(([name, text]) => `"${name}":${text},`).join('')
  return {
    subgraph,
    query: `query($representations:[_Any!]!${declared}){_entities(representations:$representations){...on Product{${field}}}}`,
    operationName: undefined,
    kind: 'query',
    variables: `{${texts}"representations":${representations}}`,
    entities: { run: own.run ?? run, variables, representations },
  }
}

/** A subgraph that answers each entity with its id and the field it was asked for. */
function subgraph(answer: (fetch: Fetch) => Partial<FetchAnswer> | Error = () => ({})) {
  const sent: Fetch[] = []
  const signals: (AbortSignal | undefined)[] = []
  const send: SendFetch = async (fetch, _, signal) => {
    sent.push(fetch)
    signals.push(signal)
    const variables = JSON.parse(fetch.variables) as Record<string, { id: string }[]>
    const asked = [
      ...fetch.query.matchAll(/(\w+:)?_entities\(representations:\$(\w+)\)\{...on Product\{(\w+)/g),
    ]
    const data = Object.fromEntries(
      asked.map(([, key = '_entities:', variable = '', field = '']) => [
        key.slice(0, -1),
        variables[variable]?.map(({ id }) => ({ [field]: `${field} of ${id}` })),
      ]),
    )
    const special = answer(fetch)
    if (special instanceof Error) throw special
    return { subgraph: fetch.subgraph, data, errors: [], plain: true, shared: false, ...special }
  }
  const ask = joinFetches(send)
  return {
    sent,
    signals,
    ask: (wanted: Wanted, signal?: AbortSignal) => ask(fetchOf(wanted), context, signal),
  }
}

const entities = (...texts: string[]) => ({
  _entities: texts.map((text) => ({ [text.split(' ')[0] ?? '']: text })),
})

test('what one run asks at one moment is one request, and each part gets its answer', async () => {
  const { ask, sent } = subgraph()
  const answers = await Promise.all([
    ask({ field: 'price', ids: ['1', '2'] }),
    ask({ field: 'stock', ids: ['3'] }),
    ask({ field: 'price', ids: ['3'] }),
  ])
  expect(answers.map(({ data }) => data)).toEqual([
    entities('price of 1', 'price of 2'),
    entities('stock of 3'),
    entities('price of 3'),
  ])
  expect(sent).toHaveLength(1)
})

test('one alone is sent as it is', async () => {
  const { ask, sent } = subgraph()
  await ask({ field: 'price', ids: ['1'] })
  expect(sent).toEqual([fetchOf({ field: 'price', ids: ['1'] })])
})

test.each([
  ['another run', { run: {} }],
  ['another subgraph', { subgraph: 'stock' }],
  ['a value of its own for a variable', { variables: [['first', '2']] as const }],
  ['very many entities', { ids: Array.from({ length: 2_000 }, (_, at) => `product-${at}`) }],
])('what is asked with %s goes by itself', async (_, other) => {
  const { ask, sent } = subgraph()
  const wanted = { field: 'price', ids: ['1'], variables: [['first', '1']] as const }
  await Promise.all([ask(wanted), ask({ ...wanted, ...other })])
  expect(sent).toHaveLength(2)
})

test('what is asked after the moment goes by itself', async () => {
  const { ask, sent } = subgraph()
  await ask({ field: 'price', ids: ['1'] })
  await ask({ field: 'stock', ids: ['1'] })
  expect(sent).toHaveLength(2)
})

describe('errors', () => {
  const both = (answers: ReturnType<typeof subgraph>) =>
    Promise.allSettled([
      answers.ask({ field: 'price', ids: ['1', '2'] }),
      answers.ask({ field: 'stock', ids: ['3'] }),
    ])

  test('of one part are told of that part, by the path it would have had', async () => {
    const error = { message: 'gone', path: ['entities_1', 0, 'stock'] }
    const [price, stock] = await both(subgraph(() => ({ errors: [error] })))
    expect(price).toMatchObject({ value: { errors: [] } })
    const own = { message: 'gone', path: ['_entities', 0, 'stock'] }
    expect(stock).toMatchObject({ value: { errors: [own] } })
  })

  test.each([
    ['without a path', { message: 'no' }],
    ['with a path that leads elsewhere', { message: 'no', path: ['x'] }],
    ['with a path that is none', { message: 'no', path: [0] }],
  ])('%s are told of all', async (_, error) => {
    const answers = await both(subgraph(() => ({ data: null, errors: [error] })))
    expect(answers).toMatchObject([{ value: { errors: [error] } }, { value: { errors: [error] } }])
  })

  test('that take all data with them do not take that of the others: they are asked alone', async () => {
    const error = { message: 'no', path: ['entities_0'] }
    const answers = subgraph(({ query }) =>
      query.includes('entities_0') ? { data: null, errors: [error] } : {},
    )
    const [price, stock] = await both(answers)
    expect(price).toMatchObject({ value: { data: null, errors: [{ path: ['_entities'] }] } })
    expect(stock).toMatchObject({ value: { data: entities('stock of 3'), errors: [] } })
    expect(answers.sent).toHaveLength(2)
  })

  test('of the request are those of every part', async () => {
    const failure = upstreamUnavailable('shop is down')
    const answers = await both(subgraph(() => failure))
    expect(answers).toMatchObject([{ reason: failure }, { reason: failure }])
  })
})

test('a request goes on until nobody waits for any part of it', async () => {
  const { ask, signals } = subgraph()
  const [one, other] = [new AbortController(), new AbortController()]
  await Promise.all([
    ask({ field: 'price', ids: ['1'] }, one.signal),
    ask({ field: 'stock', ids: ['1'] }, other.signal),
  ])
  one.abort()
  expect(signals[0]?.aborted).toBe(false)
  other.abort()
  expect(signals[0]?.aborted).toBe(true)
})
