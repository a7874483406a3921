import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy }, limits: { cost: 45 } })
})
afterAll(() => tester.close())

describe('the cost of an operation', () => {
  test('is told to a client that asks by header', async () => {
    const { body } = await tester.ask('{ users { id } }', { headers: { 'x-request-cost': '1' } })
    expect(body.extensions).toEqual({ cost: { estimated: 10, actual: 2, maximum: 45 } })
    expect(body.data).toEqual({ users: [{ id: 'u1' }, { id: 'u2' }] })
  })

  test('or in the request itself', async () => {
    const response = await fetch(`${tester.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: '{ workspaces { owner { title } } }',
        extensions: { cost: true },
      }),
    })
    expect(await response.json()).toMatchObject({
      extensions: { cost: { estimated: 20, actual: 4 } },
    })
  })

  test('and to nobody else', async () => {
    expect((await tester.ask('{ users { id } }')).body.extensions).toBeUndefined()
  })

  test('is counted where parts of the answer are missing', async () => {
    const { body } = await tester.ask('{ users { email badge } }', {
      headers: { 'x-request-cost': '1' },
    })
    expect(body.extensions).toMatchObject({ cost: { estimated: 10, actual: 2 } })
    expect(body.errors).not.toHaveLength(0)
  })

  test('stands in the log', async () => {
    tester.log.length = 0
    await tester.ask('query Logged { users { id } }')
    expect(tester.log).toContainEqual(
      expect.objectContaining({
        operation: expect.objectContaining({ name: 'Logged', cost: { estimated: 10, actual: 2 } }),
      }),
    )
  })
})

describe('over the maximum', () => {
  test('an operation is refused before it is planned, with what it would cost', async () => {
    tester.subgraphs.identity.received.length = 0
    const query = `{ ${['a', 'b', 'c', 'd', 'e'].map((it) => `${it}: users { id }`).join(' ')} }`
    const answer = await tester.ask(query, { headers: { 'x-request-cost': '1' } })
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual([': OPERATION_TOO_COSTLY'])
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({
      limit: 'cost',
      maximum: 45,
      cost: 50,
    })
    expect(tester.subgraphs.identity.received).toEqual([])
  })
})
