import { beforeAll, describe, expect, test } from '@jest/globals'
import { inTransaction } from '@logicspike/database'
import { decodeJwt } from 'jose'
import { registerServiceClient } from '../src/modules/oauth/register-service-client.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { APP, askForToken, basic } from './support/oauth-requests.ts'
import { statusOf } from './support/session-operations.ts'

const SEEDED = {
  service: 'media',
  clientSecret: 'development-only secret of media',
  permissions: [],
}
const app = useIdentityTestApp({ serviceClients: [SEEDED] })
const permissions = ['tenancy:permissions.register', 'blog:posts.read']

const register = (service: string, granted: readonly string[] = permissions) =>
  inTransaction(app().app.contexts.forJob('test'), (tx) =>
    registerServiceClient(tx, { service, permissions: granted }),
  )

let secret = ''
beforeAll(async () => {
  const registered = await register('blog')
  secret = registered.ok ? registered.value.clientSecret : ''
})

const grant = { grant_type: 'client_credentials' }

describe('client_credentials', () => {
  test('gives a service a token in its own name, without a session or a refresh token', async () => {
    const { status, body, headers } = await askForToken(app(), grant, basic('blog', secret))
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers.pragma).toBe('no-cache')
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'blog:posts.read tenancy:permissions.register',
    })
    const claims = decodeJwt(String(body.access_token))
    expect(claims).toMatchObject({
      sub: 'blog',
      client_id: 'blog',
      scope: body.scope,
      services: [],
      ep: {},
    })
    for (const name of ['sid', 'tid', 'amr', 'auth_time']) expect(claims).not.toHaveProperty(name)
    expect(await statusOf(app(), String(body.access_token))).toBe('OK')
  })

  test('takes the secret in the body too', async () => {
    const form = { ...grant, client_id: 'blog', client_secret: secret }
    expect((await askForToken(app(), form)).status).toBe(200)
  })

  test('gives the part of the permissions that is asked for, in order', async () => {
    const form = { ...grant, scope: 'tenancy:permissions.register' }
    const { body } = await askForToken(app(), form, basic('blog', secret))
    expect(body.scope).toBe('tenancy:permissions.register')
  })

  test.each([
    'tenancy:workspace.delete',
    'tenancy:permissions.register tenancy:workspace.delete',
    'blog:*',
    'blog:posts',
    'BLOG:POSTS.READ',
    'blog:posts.read\ttenancy:permissions.register',
  ])('refuses the scope %j, which was not granted', async (scope) => {
    const { status, body } = await askForToken(app(), { ...grant, scope }, basic('blog', secret))
    expect([status, body.error]).toEqual([400, 'invalid_scope'])
  })

  test("a service's token speaks for nobody: it ends no session and switches no workspace", async () => {
    const { body } = await askForToken(app(), grant, basic('blog', secret))
    const answer = await app().execute(
      'mutation { endOtherSessions { endedCount } }',
      {},
      { token: String(body.access_token) },
    )
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })

  test('is refused to a public client', async () => {
    const { status, body } = await askForToken(app(), { ...grant, client_id: APP })
    expect([status, body.error]).toEqual([400, 'unauthorized_client'])
  })
})

describe('client authentication', () => {
  const invalid = { error: 'invalid_client', error_description: expect.any(String) }

  test.each([
    ['a wrong secret', 'blog', () => 'wrong'],
    ['an unknown client', 'nobody', () => secret],
    ['the secret of another client', 'media', () => secret],
    ['a name with a NUL', 'blog\u0000', () => secret],
    ['a name that only looks like the client', 'Blog', () => secret],
    ['a secret to a public client', APP, () => secret],
  ])('refuses %s alike', async (_, clientId, secretOf) => {
    const byHeader = await askForToken(app(), grant, basic(clientId, secretOf()))
    expect([byHeader.status, byHeader.body]).toEqual([401, invalid])
    expect(byHeader.headers['www-authenticate']).toBe('Basic realm="logicspike"')
    const inBody = { ...grant, client_id: clientId, client_secret: secretOf() }
    const byBody = await askForToken(app(), inBody)
    expect([byBody.status, byBody.body]).toEqual([401, invalid])
    expect(byBody.headers['www-authenticate']).toBeUndefined()
  })

  test.each([
    ['no client at all', {}],
    ['a confidential client without its secret', { client_id: 'blog' }],
    ['an unknown public client', { client_id: 'an-app' }],
  ])('refuses %s', async (_, client) => {
    const { status, body } = await askForToken(app(), { ...grant, ...client })
    expect([status, body]).toEqual([401, invalid])
  })

  test.each([
    'Basic',
    'Basic !!!',
    `Basic ${Buffer.from('blog').toString('base64')}`,
    `Basic ${Buffer.from(':secret').toString('base64')}`,
    `Basic ${Buffer.from('%zz:secret').toString('base64')}`,
    'Bearer abc',
    'Digest username="blog"',
  ])('refuses the header %j', async (authorization) => {
    const { status, body } = await askForToken(app(), grant, { authorization })
    expect([status, body]).toEqual([401, invalid])
  })

  test('refuses two methods at once', async () => {
    const twice = { ...grant, client_id: 'blog', client_secret: secret }
    const { status, body } = await askForToken(app(), twice, basic('blog', secret))
    expect([status, body.error]).toEqual([400, 'invalid_request'])
  })

  test('refuses a client_id that is not the one that authenticates', async () => {
    const other = { ...grant, client_id: 'media' }
    const { status, body } = await askForToken(app(), other, basic('blog', secret))
    expect([status, body.error]).toEqual([400, 'invalid_request'])
  })

  test('refuses a disabled client at once', async () => {
    const registered = await register('wiki')
    const own = registered.ok ? registered.value.clientSecret : ''
    expect((await askForToken(app(), grant, basic('wiki', own))).status).toBe(200)
    await app().database.asAdmin(
      `update identity.oauth_clients set disabled_at = now() where id = 'wiki'`,
    )
    expect((await askForToken(app(), grant, basic('wiki', own))).status).toBe(401)
  })

  test('accepts the clients of the wiring', async () => {
    const { status, body } = await askForToken(app(), grant, basic('media', SEEDED.clientSecret))
    expect([status, body.scope]).toEqual([200, ''])
  })
})

describe('registering a service', () => {
  test('keeps a hash of the secret and leaves a record', async () => {
    const [row] = await app().database.asAdmin<{ secret_hash: string }>(
      `select * from identity.oauth_clients where id = 'blog'`,
    )
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(await app().audit()).toContainEqual(
      expect.objectContaining({
        action: 'oauth_client.registered',
        target: { type: 'oauth-client', id: 'blog' },
      }),
    )
  })

  test.each([
    ['that is registered already', 'blog', [], '"blog" is registered already.'],
    ['whose name is none', 'Blog Service', [], '"Blog Service" is no name for a service.'],
    ["with the name of the platform's own client", APP, [], `"${APP}" is no name for a service.`],
    ['with a wildcard', 'shop', ['shop:*'], '"shop:*" is no permission.'],
  ])('is refused for one %s', async (_, service, granted, message) => {
    expect(await register(service, granted)).toMatchObject({ ok: false, errors: [{ message }] })
  })
})
