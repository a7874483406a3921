import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { postGraphQL } from './support/raw-http.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({
    definitions: { identity, tenancy },
    corsOrigins: ['https://console.example'],
  })
})
beforeEach(() => {
  for (const { received } of Object.values(tester.subgraphs)) received.length = 0
})
afterAll(() => tester.close())

const COOKIE = '__Host-ls_refresh=secret'

async function cookieAtIdentity(...headers: string[]): Promise<string | undefined> {
  const { status } = await postGraphQL(tester.port, '{ users { id } }', headers)
  expect(status).toBe(200)
  return tester.subgraphs.identity.received[0]?.headers.cookie
}

describe('the session cookie on its way in', () => {
  test('reaches identity, without the others of the browser', async () => {
    const cookies = `Cookie: a=1; ${COOKIE}; __Host-other=2; __host-ls_refresh=3; ls_refresh=4`
    expect(await cookieAtIdentity(cookies)).toBe(COOKIE)
  })

  test('reaches no other subgraph', async () => {
    await postGraphQL(tester.port, '{ version users { title } }', [`Cookie: ${COOKIE}`])
    const { received } = tester.subgraphs.tenancy
    expect(received.length).toBeGreaterThan(0)
    expect(received.map(({ rawHeaders }) => rawHeaders.join()).join()).not.toContain('secret')
  })

  test.each([
    ['none', undefined, true],
    ['the gateway itself', 'Origin: https://gateway.example', true],
    ['a configured page', 'Origin: https://console.example', true],
    ['a stranger', 'Origin: https://evil.example', false],
    ['a stranger whose name begins alike', 'Origin: https://console.example.evil.example', false],
    ['a configured page without TLS', 'Origin: http://console.example', false],
    ['a configured page on another port', 'Origin: https://console.example:8443', false],
    ['a page without an origin', 'Origin: null', false],
  ])('of a request that names as its page %s', async (_, line, passes) => {
    const cookie = await cookieAtIdentity(`Cookie: ${COOKIE}`, ...(line ? [line] : []))
    expect(cookie).toBe(passes ? COOKIE : undefined)
  })
})

describe('cookies on their way out', () => {
  test('identity may set them', async () => {
    const { headers } = await tester.ask('mutation { signIn }')
    expect(headers.getSetCookie()).toEqual([
      '__Host-ls_refresh=new; Path=/; Secure; HttpOnly; SameSite=Strict',
    ])
  })

  test('another subgraph may not, in the same operation or by itself', async () => {
    const both = await tester.ask('mutation { signIn touch }')
    expect(both.headers.getSetCookie()).toHaveLength(1)
    const alone = await tester.ask('mutation { touch }')
    expect(alone.body.data).toEqual({ touch: 'touched' })
    expect(alone.headers.getSetCookie()).toEqual([])
  })

  test('they work in process alike', async () => {
    await using inProcess = await createGatewayTester({
      definitions: { identity, tenancy },
      mode: 'in-process',
    })
    const { headers } = await inProcess.ask('mutation { signIn touch }')
    expect(headers.getSetCookie()).toHaveLength(1)
  })
})
