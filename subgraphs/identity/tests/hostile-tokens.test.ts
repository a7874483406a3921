import { beforeAll, describe, expect, test } from '@jest/globals'
import { ACCESS_TOKEN_AUDIENCE } from '@logicspike/auth'
import { hostileTokenCases, tokenForge } from '@logicspike/auth/testing'
import { aSession } from './support/a-session.ts'
import { currentKeyOf } from './support/identity-keys.ts'
import {
  createIdentityTestApp,
  testConfig,
  useIdentityTestApp,
} from './support/identity-test-app.ts'
import { refresh, statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()
let forge: ReturnType<typeof tokenForge>

beforeAll(async () => {
  const { userId, sessionId } = await aSession(app())
  forge = tokenForge({
    issuer: testConfig.issuer,
    audience: ACCESS_TOKEN_AUDIENCE,
    clock: app().clock,
    signingKey: await currentKeyOf(app()),
    claims: { sub: userId, sid: sessionId },
  })
})

/** Asks over HTTP, as the gateway of a distributed deployment does. */
async function ask(token: string) {
  const response = await app().app.server.http.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'x-gateway-key': app().gatewayKey, authorization: `Bearer ${token}` },
    payload: { query: '{ __typename }' },
  })
  return response.json<{ data?: unknown; errors?: { extensions: { code: string } }[] }>()
}

describe('identity, over HTTP', () => {
  test('accepts the good token that every hostile one is made from', async () => {
    expect(await ask(forge.sign())).toEqual({ data: { __typename: 'Query' } })
  })

  test.each(hostileTokenCases)('$rule: refuses $name', async ({ make }) => {
    const answer = await ask(make(forge))
    expect(answer.data).toBeUndefined()
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })
})

describe('tokens in the place of another kind (J8)', () => {
  test('a refresh token is no access token', async () => {
    const { refreshToken } = await aSession(app())
    expect(await statusOf(app(), refreshToken)).toBe('UNAUTHENTICATED')
  })

  test('an access token is no refresh token', async () => {
    const { accessToken } = await aSession(app())
    const answer = await refresh(app(), accessToken)
    expect(answer.data.refreshSession.userErrors[0].__typename).toBe('SessionEndedError')
  })
})

describe('another environment (J12)', () => {
  test('its tokens are refused, though it calls itself by the same issuer', async () => {
    const staging = await createIdentityTestApp()
    try {
      const { accessToken } = await aSession(staging)
      expect(await statusOf(staging, accessToken)).toBe('OK')
      expect(await statusOf(app(), accessToken)).toBe('UNAUTHENTICATED')
    } finally {
      await staging.close()
    }
  })
})

describe('the door (F3)', () => {
  const good = () => ({ 'x-gateway-key': app().gatewayKey })
  const doors: [string, () => Record<string, string>][] = [
    ['no gateway key', () => ({})],
    ['a wrong gateway key', () => ({ 'x-gateway-key': 'gateway.wrong' })],
    [
      'the key under another name',
      () => ({ 'x-gateway-key': app().gatewayKey.replace('gateway', 'tenancy') }),
    ],
  ]

  test.each(doors)('refuses GraphQL with %s, however good the token', async (_, headers) => {
    const response = await app().app.server.http.inject({
      method: 'POST',
      url: '/graphql',
      headers: { ...headers(), authorization: `Bearer ${forge.sign()}` },
      payload: { query: '{ _service { sdl } }' },
    })
    expect(response.json().errors[0].extensions.code).toBe('UNAUTHENTICATED')
  })

  test.each(doors)('refuses /oauth/token with %s', async (_, headers) => {
    const response = await app().app.server.http.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { ...headers(), 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'grant_type=client_credentials',
    })
    expect(response.statusCode).toBe(401)
  })

  test('believes no identity header: the key without a token speaks for nobody', async () => {
    const { userId, sessionId } = await aSession(app())
    const response = await app().app.server.http.inject({
      method: 'POST',
      url: '/graphql',
      headers: {
        ...good(),
        'x-user-id': userId,
        'x-session-id': sessionId,
        'x-user-permissions': 'tenancy:workspace.delete',
      },
      payload: { query: 'mutation { endOtherSessions { endedCount } }' },
    })
    expect(response.json().errors[0].extensions.code).toBe('UNAUTHENTICATED')
  })
})
