import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { Defer20220824Handler } from '@apollo/client/incremental'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Client, fetchExchange } from '@urql/core'
import { deferredSubgraphs } from './support/deferred-subgraphs.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'

const { definitions, hold } = deferredSubgraphs()
let tester: GatewayTester<keyof typeof definitions>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions })
})
afterAll(() => tester.close())

const QUERY = `query { products {
  id
  ... @defer(label: "reviews") { reviews { id body ... @defer { author { id name } } } }
  ... @defer(label: "rating") { rating }
} }`

const FIRST = { products: [{ id: 'p1' }, { id: 'p2' }] }
/** The rating of one of them cannot be had. */
const WHOLE = {
  products: ['p1', 'p2'].map((id) => ({
    id,
    reviews: [
      { id: `${id}r`, body: `of ${id}`, author: { id: `u-${id}`, name: `Name of u-${id}` } },
    ],
    ...(id === 'p1' && { rating: 4.5 }),
  })),
}

test('Apollo Client has the first part before the others, and then the whole', async () => {
  const client = new ApolloClient({
    link: new HttpLink({ uri: `${tester.url}/graphql` }),
    cache: new InMemoryCache({ addTypename: false } as never),
    incrementalHandler: new Defer20220824Handler(),
  })
  const release = hold()
  const seen: unknown[] = []
  const done = Promise.withResolvers<void>()
  const subscription = client
    .watchQuery({ query: gql(QUERY), fetchPolicy: 'no-cache', errorPolicy: 'all' })
    .subscribe((result) => {
      if (result.data) seen.push(JSON.parse(JSON.stringify(result.data)))
      if (seen.length === 1) release()
      if (!result.loading && result.networkStatus >= 7) done.resolve()
    })
  await done.promise
  subscription.unsubscribe()
  client.stop()
  expect(JSON.stringify(seen[0])).not.toMatch(/body|rating/)
  expect(seen[0]).toMatchObject(FIRST)
  expect(seen.at(-1)).toMatchObject(WHOLE)
})

test('urql has the first part before the others, and then the whole', async () => {
  const client = new Client({
    url: `${tester.url}/graphql`,
    exchanges: [fetchExchange],
    preferGetMethod: false,
  })
  const release = hold()
  const seen: { data: unknown; hasNext: boolean }[] = []
  const done = Promise.withResolvers<void>()
  const { unsubscribe } = client.query(QUERY, {}).subscribe(({ data, hasNext }) => {
    seen.push({ data: structuredClone(data), hasNext })
    if (seen.length === 1) release()
    if (!hasNext) done.resolve()
  })
  await done.promise
  unsubscribe()
  expect(JSON.stringify(seen[0])).not.toMatch(/body|rating/)
  expect(seen[0]).toMatchObject({ data: FIRST, hasNext: true })
  expect(seen.at(-1)).toMatchObject({ data: WHOLE, hasNext: false })
})
