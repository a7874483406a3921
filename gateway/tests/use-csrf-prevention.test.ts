import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({
    definitions: { identity, tenancy },
    corsOrigins: ['https://console.example'],
  })
})
beforeEach(() => {
  tester.subgraphs.identity.received.length = 0
})
afterAll(() => tester.close())

const body = JSON.stringify({ query: 'mutation { signIn }' })

describe('a request that a browser sends for any page without asking first', () => {
  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'query=mutation{signIn}'],
    ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['plain text', { 'content-type': 'text/plain' }, body],
    [
      'text that says it is JSON after all',
      { 'content-type': 'text/plain; application/json' },
      body,
    ],
    ['no media type', { 'content-type': '' }, body],
  ])('%s, is refused', async (_, headers, sent) => {
    const response = await fetch(`${tester.url}/graphql`, { method: 'POST', headers, body: sent })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    })
    expect(tester.subgraphs.identity.received).toEqual([])
  })

  test('a link, is refused, and a link that has been asked about is not', async () => {
    const url = `${tester.url}/graphql?query={users{id}}`
    expect((await fetch(url)).status).toBe(400)
    const asked = await fetch(url, { headers: { 'apollo-require-preflight': '1' } })
    expect(await asked.json()).toMatchObject({ data: { users: [{ id: 'u1' }, { id: 'u2' }] } })
  })

  test('no link changes anything, asked about or not', async () => {
    const url = `${tester.url}/graphql?query=mutation{signIn}`
    const response = await fetch(url, { headers: { 'apollo-require-preflight': '1' } })
    expect(response.status).toBe(405)
    expect(tester.subgraphs.identity.received).toEqual([])
  })
})

describe('CORS', () => {
  const preflight = (origin: string) =>
    fetch(`${tester.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })

  test('a configured page may call with credentials', async () => {
    const { status, headers } = await preflight('https://console.example')
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('https://console.example')
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('vary')).toMatch(/origin/i)
  })

  test.each([['https://evil.example'], ['null'], ['https://console.example.evil.example']])(
    'the page %s may not',
    async (origin) => {
      const { headers } = await preflight(origin)
      expect(headers.get('access-control-allow-origin')).not.toBe(origin)
      expect(headers.get('access-control-allow-origin')).not.toBe('*')
    },
  )
})
