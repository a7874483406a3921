import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { postGraphQL } from './support/raw-http.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'
import type { Received } from './support/test-subgraph.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy } })
})
beforeEach(() => {
  for (const { received } of Object.values(tester.subgraphs)) received.length = 0
})
afterAll(() => tester.close())

const QUERY = '{ users { id } }'

/** Sends the header lines and tells what of them reached the subgraph. */
async function forwarded(...headers: string[]): Promise<Received> {
  const answer = await postGraphQL(tester.port, QUERY, headers)
  expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('"users":[{"id"') })
  const [received] = tester.subgraphs.identity.received
  if (!received) throw new Error('nothing reached the subgraph')
  return received
}

/** Everything a subgraph may be sent; a name beyond these is a hole. */
const KNOWN = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'origin',
  'user-agent',
  'x-client-ip',
  'x-gateway-key',
  'x-request-id',
  'x-tenant-id',
  'x-user-id',
  'x-user-permissions',
])

const FORGED = 'usr_00000000000000000000000000'

describe('what a client cannot make a subgraph believe', () => {
  test.each([
    ['a copy', ['x-user-id: FORGED', 'x-tenant-id: FORGED', 'x-user-permissions: FORGED']],
    ['another case', ['X-User-Id: FORGED', 'X-TENANT-ID: FORGED', 'x-uSeR-pErMiSsIoNs: FORGED']],
    ['several copies', ['x-user-id: FORGED', 'x-user-id: FORGED', 'X-User-ID: FORGED']],
    ['underscores', ['x_user_id: FORGED', 'X_TENANT_ID: FORGED', 'x_gateway_key: FORGED']],
    ['a gateway key', ['x-gateway-key: gateway.FORGED', 'X-Gateway-Key: FORGED']],
    [
      'names other gateways use',
      ['x-forwarded-user: FORGED', 'x-permissions: FORGED', 'x-roles: FORGED'],
    ],
    ['spaces around', ['x-user-id:   FORGED   ']],
    ['an API key', ['x-api-key: FORGED']],
    ['method and path overrides', ['x-http-method-override: FORGED', 'x-original-url: /FORGED']],
  ])('%s', async (_, lines) => {
    const { rawHeaders } = await forwarded(...lines.map((line) => line.replace('FORGED', FORGED)))
    expect(rawHeaders.join('\n')).not.toContain(FORGED)
  })

  test('hop-by-hop tricks neither take verified headers away nor let forged ones through', async () => {
    const token = tester.tokenWith('a:b.read')
    const { headers } = await forwarded(
      `Authorization: Bearer ${token}`,
      'Connection: close, x-user-id, x-tenant-id, x-gateway-key, authorization',
      `x-user-id: ${FORGED}`,
      'Keep-Alive: x-user-id',
      'TE: trailers',
    )
    expect(headers['x-user-id']).toBe(tester.forge.claims().sub)
    expect(headers['x-gateway-key']).toBe(tester.gatewayKey)
    expect(headers.authorization).toBe(`Bearer ${token}`)
    expect(headers).not.toHaveProperty('te')
  })

  test('nothing arrives twice and nothing arrives that is not on the list', async () => {
    const token = tester.tokenWith('a:b.read')
    const { rawHeaders } = await forwarded(
      `Authorization: Bearer ${token}`,
      'Cookie: __Host-ls_refresh=r; other=1',
      'Accept-Language: de',
      'X-Anything: at-all',
      'Forwarded: for=1.2.3.4',
    )
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
    expect(names.filter((name) => !KNOWN.has(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })

  test('an anonymous request carries no identity at all', async () => {
    const { headers } = await forwarded(`x-user-id: ${FORGED}`)
    expect(headers).not.toHaveProperty('x-user-id')
    expect(headers).not.toHaveProperty('x-tenant-id')
    expect(headers).not.toHaveProperty('x-user-permissions')
    expect(headers).not.toHaveProperty('authorization')
    expect(headers['x-gateway-key']).toBe(tester.gatewayKey)
  })
})

describe('what a subgraph is told', () => {
  test('the verified user, workspace and permissions, and the token to verify them by', async () => {
    const token = tester.tokenWith('tenancy:members.read', 'blog:posts.write')
    const { headers } = await forwarded(`Authorization: Bearer ${token}`, 'User-Agent: Test/1')
    const { sub, tid } = tester.forge.claims()
    expect(headers).toMatchObject({
      'x-user-id': sub,
      'x-tenant-id': tid,
      'x-user-permissions': 'blog:posts.write tenancy:members.read',
      authorization: `Bearer ${token}`,
      'user-agent': 'Test/1',
      'x-client-ip': '127.0.0.1',
    })
  })

  test('a service without a user has permissions and no user id', async () => {
    const claims = tester.forge.serviceClaims({ scope: 'blog:posts.write' })
    const { headers } = await forwarded(`Authorization: Bearer ${tester.forge.sign(claims)}`)
    expect(headers).not.toHaveProperty('x-user-id')
    expect(headers).not.toHaveProperty('x-tenant-id')
    expect(headers['x-user-permissions']).toBe('blog:posts.write')
  })

  test('every subgraph of an operation is told the same request id, which the client gets too', async () => {
    const { headers } = await tester.ask('{ users { id title } }')
    const told = [tester.subgraphs.identity, tester.subgraphs.tenancy].map(
      ({ received }) => received[0]?.headers['x-request-id'],
    )
    expect(new Set([...told, headers.get('x-request-id')]).size).toBe(1)
  })

  test('forwarded addresses are not believed of a client', async () => {
    const { headers } = await forwarded('X-Forwarded-For: 6.6.6.6', 'X-Real-IP: 6.6.6.6')
    expect(headers['x-client-ip']).toBe('127.0.0.1')
  })
})

test('forwarded addresses are believed of a trusted proxy, as far as it can know', async () => {
  await using behindProxy = await createGatewayTester({
    definitions: { identity },
    trustedProxies: ['127.0.0.1'],
  })
  await postGraphQL(behindProxy.port, QUERY, ['X-Forwarded-For: 6.6.6.6, 5.5.5.5'])
  expect(behindProxy.subgraphs.identity.received[0]?.headers['x-client-ip']).toBe('5.5.5.5')
})

describe('request ids', () => {
  test('a well-formed one of the client is kept', async () => {
    const { headers } = await forwarded('X-Request-Id: my-trace-0001')
    expect(headers['x-request-id']).toBe('my-trace-0001')
  })

  test.each([
    ['too short', ['x-request-id: a']],
    ['with spaces', ['x-request-id: one two three four']],
    ['markup', ['x-request-id: <script>alert(1)</script>']],
    ['too long', [`x-request-id: ${'x'.repeat(200)}`]],
    ['given twice', ['x-request-id: my-trace-0001', 'x-request-id: my-trace-0002']],
  ])('one that is %s is replaced', async (_, lines) => {
    const { headers } = await forwarded(...lines)
    expect(headers['x-request-id']).toMatch(/^req_/)
  })
})

test('in process a subgraph is told the same headers as over HTTP', async () => {
  await using inProcess = await createGatewayTester({
    definitions: { identity },
    mode: 'in-process',
  })
  const token = inProcess.tokenWith('a:b.read')
  await postGraphQL(inProcess.port, QUERY, [
    `Authorization: Bearer ${token}`,
    `X-User-Id: ${FORGED}`,
    'X-Request-Id: my-trace-0001',
  ])
  expect(inProcess.subgraphs.identity.received[0]?.headers).toEqual({
    'x-gateway-key': inProcess.gatewayKey,
    'x-request-id': 'my-trace-0001',
    'x-client-ip': '127.0.0.1',
    authorization: `Bearer ${token}`,
    'x-user-id': inProcess.forge.claims().sub,
    'x-tenant-id': inProcess.forge.claims().tid,
    'x-user-permissions': 'a:b.read',
  })
})
