import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { TokenVerifier } from '@logicspike/auth'
import { unauthenticated } from '@logicspike/errors'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { postGraphQL } from './support/raw-http.ts'
import { identity } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity } })
})
beforeEach(() => {
  tester.subgraphs.identity.received.length = 0
})
afterAll(() => tester.close())

const QUERY = '{ me { name } users { name } }'

test('without a token a caller is anonymous: public fields are answered', async () => {
  const answer = await tester.ask(QUERY)
  expect(answer.status).toBe(200)
  expect(codes(answer)).toEqual(['me: UNAUTHENTICATED'])
  expect(answer.body.data?.users).toHaveLength(2)
})

test('with a good token the caller is known', async () => {
  const answer = await tester.ask(QUERY, { token: tester.tokenWith() })
  expect(codes(answer)).toEqual([])
  expect(answer.body.data?.me).toEqual({ name: 'Ada' })
})

describe('a token that does not hold is refused, public fields and all', () => {
  test('every hostile token is answered 401 and reaches no subgraph', async () => {
    const wrong: string[] = []
    for (const { rule, name, token } of tester.forge.hostileTokens()) {
      const { status, body } = await postGraphQL(tester.port, QUERY, [
        `Authorization: Bearer ${token}`,
      ])
      // One that is too long, or no header value at all, is refused by the HTTP parser before that.
      const refused =
        status === 401 ? body.includes('"UNAUTHENTICATED"') : [400, 431].includes(status)
      if (!refused || body.includes('Ada')) wrong.push(`${rule}: ${name} → ${status}`)
    }
    expect(wrong).toEqual([])
    expect(tester.subgraphs.identity.received).toEqual([])
  })

  test.each([
    ['another scheme', 'Authorization: Basic YTpi'],
    ['no scheme', 'Authorization: abc'],
    ['an empty token', 'Authorization: Bearer '],
    ['an empty header', 'Authorization:'],
    ['two tokens in one header', 'Authorization: Bearer a.b.c, Bearer d.e.f'],
    ['a space within', 'Authorization: Bearer a.b .c'],
  ])('%s', async (_, line) => {
    const { status, body, head } = await postGraphQL(tester.port, QUERY, [line])
    expect(status).toBe(401)
    expect(head.toLowerCase()).toContain('www-authenticate: bearer error="invalid_token"')
    expect(JSON.parse(body)).toEqual({
      errors: [
        {
          message: 'Sign in to do this.',
          extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
        },
      ],
    })
  })

  test('two headers, even where one of them is good', async () => {
    const good = `Authorization: Bearer ${tester.tokenWith()}`
    const { status } = await postGraphQL(tester.port, QUERY, [good, 'authorization: Bearer x.y.z'])
    expect(status).toBe(401)
    expect((await postGraphQL(tester.port, QUERY, [good])).status).toBe(200)
  })

  test('the answer does not tell why', async () => {
    const { text } = await tester.ask(QUERY, {
      token: tester.forge.sign(tester.forge.claims({ exp: 1 })),
    })
    expect(text).not.toMatch(/exp|signature|jwt|token/i)
  })
})

test('the token is verified once per request, however many subgraph calls follow', async () => {
  let count = 0
  const principal = { ...anyPrincipal, permissions: new Set<string>() }
  await using counted = await createGatewayTester({
    definitions: { identity },
    verifier: verifierOf(async () => {
      count += 1
      return principal
    }),
  })
  await counted.ask('{ me { name } users { name } user(id: "u1") { id } }', { token: 'a.b.c' })
  expect(count).toBe(1)
})

test('what revokes a token is asked on every request', async () => {
  let revoked = false
  await using revocable = await createGatewayTester({
    definitions: { identity },
    verifier: verifierOf(async () => {
      if (revoked) throw unauthenticated('it was revoked')
      return { ...anyPrincipal, permissions: new Set<string>() }
    }),
  })
  expect((await revocable.ask(QUERY, { token: 'a.b.c' })).status).toBe(200)
  revoked = true
  expect((await revocable.ask(QUERY, { token: 'a.b.c' })).status).toBe(401)
})

test('a verifier that breaks is our fault and not an anonymous caller', async () => {
  await using broken = await createGatewayTester({
    definitions: { identity },
    verifier: verifierOf(() => Promise.reject(new Error('out of memory at 0xdead'))),
  })
  const answer = await broken.ask(QUERY, { token: 'a.b.c' })
  expect(answer.status).toBe(500)
  expect(codes(answer)).toEqual([': INTERNAL'])
  expect(answer.text).not.toContain('0xdead')
})

/** A verifier that has no revocations to look for. */
const verifierOf = (verify: TokenVerifier['verify']): TokenVerifier => ({
  verify,
  verifyForChange: verify,
})

const anyPrincipal = {
  kind: 'user',
  userId: null,
  clientId: 'console',
  sessionId: null,
  workspaceId: null,
  services: [],
  amr: [],
  authTime: 0,
  actor: null,
  expiresAt: 0,
  tokenId: 't',
} as const
