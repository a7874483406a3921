import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy } })
})
beforeEach(() => {
  tester.subgraphs.tenancy.received.length = 0
})
afterAll(() => tester.close())

const requests = () => tester.subgraphs.tenancy.received.length

test('what one subgraph is asked for at several places is one request', async () => {
  const { body } = await tester.ask(
    '{ users { title } one: user(id: "u1") { title } two: user(id: "u2") { title } }',
  )
  expect(body).toEqual({
    data: {
      users: [{ title: 'Owner' }, { title: 'Member' }],
      one: { title: 'Owner' },
      two: { title: 'Member' },
    },
  })
  expect(requests()).toBe(1)
})

test('where different things are asked at one moment, one request asks for them side by side', async () => {
  const { body } = await tester.ask('{ users { title } one: user(id: "u1") { badge } }')
  expect(body.data).toMatchObject({ one: { badge: 'gold' } })
  expect(requests()).toBe(1)
})

test('an error of one entity is told at all its places, and at no other', async () => {
  const answer = await tester.ask(
    '{ users { badge } one: user(id: "u1") { badge } two: user(id: "u2") { badge } }',
  )
  expect(codes(answer).sort()).toEqual(['two.badge: NOT_FOUND', 'users.1.badge: NOT_FOUND'])
  expect(answer.body.data).toEqual({
    users: [{ badge: 'gold' }, { badge: null }],
    one: { badge: 'gold' },
    two: { badge: null },
  })
  expect(requests()).toBe(1)
})

test('a request that fails is told at every place it was made for', async () => {
  tester.subgraphs.tenancy.misbehave((_, response) => response.writeHead(500).end('no'))
  const answer = await tester.ask('{ users { title } one: user(id: "u1") { title } }')
  tester.subgraphs.tenancy.misbehave(null)
  expect(answer.body.data).toEqual({
    users: [{ title: null }, { title: null }],
    one: { title: null },
  })
  expect(codes(answer).sort()).toEqual([
    'one.title: UPSTREAM_UNAVAILABLE',
    'users.0.title: UPSTREAM_UNAVAILABLE',
    'users.1.title: UPSTREAM_UNAVAILABLE',
  ])
  expect(requests()).toBe(1)
})
