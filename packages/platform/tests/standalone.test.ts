import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { reservePort } from '@logicspike/ports'
import { createDemoWorkspace, DEMO_EMAIL } from '../src/demo-workspace.ts'
import { readLocalSecrets } from '../src/local-secrets.ts'
import { type Standalone, startStandalone } from '../src/start-standalone.ts'

let dataDir: string
let platform: Standalone

async function start(localGoogle: boolean): Promise<Standalone> {
  const port = await reservePort()
  const options = { port, host: '127.0.0.1', dataDir, logLevel: 'silent', localGoogle }
  const observability = {
    METRICS_PORT: 0,
    METRICS_HOST: '127.0.0.1',
    OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
    TRACE_TRUST: 'nobody',
    SLOW_OPERATION_MS: 0,
  } as const
  return startStandalone({ ...options, observability, onProgress: () => undefined })
}

const get = (path: string) => fetch(platform.url + path, { redirect: 'manual' })

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { tokens { accessToken } userErrors { __typename } } }`

async function signInAsDemo(): Promise<unknown> {
  const input = { email: DEMO_EMAIL, password: platform.secrets.demoPassword, delivery: 'PAYLOAD' }
  const response = await fetch(`${platform.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SIGN_IN, variables: { input } }),
  })
  return response.json()
}

const signedIn = {
  data: { signIn: { tokens: { accessToken: expect.any(String) }, userErrors: [] } },
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'standalone-'))
  platform = await start(true)
})

afterAll(async () => {
  await platform.stop()
  await rm(dataDir, { recursive: true, force: true })
})

describe('the platform in one process', () => {
  test('is ready, and says where things are', async () => {
    expect((await get('/readyz')).status).toBe(200)
    expect(await (await get('/')).text()).toContain('/dev/mail')
  })

  test('tells its metrics at a port of their own, and nowhere else', async () => {
    const metrics = await fetch(`http://127.0.0.1:${platform.metricsPort}/metrics`)
    expect(await metrics.text()).toContain('gateway_operations_in_flight 0')
    expect((await get('/metrics')).status).toBe(404)
  })

  test('makes a demo workspace through its own API, and shows the mail it sent', async () => {
    await createDemoWorkspace(platform, platform.secrets.demoPassword)
    expect(await signInAsDemo()).toEqual(signedIn)
    const mails = await platform.mailbox.list()
    const mail = mails.find(({ subject }) => subject === 'Confirm your e-mail address')
    expect(await (await get('/dev/mail')).text()).toContain(DEMO_EMAIL)
    expect(await (await get(`/dev/mail/${mail?.id}`)).text()).toContain('/verify-email?token=')
    expect((await get('/dev/mail/mal_nothing')).status).toBe(404)
  })

  test('shows a letter whole: its headers, its text, and its HTML in a frame that runs nothing', async () => {
    const id = newId('notificationDelivery')
    const html = '<!doctype html><html><head><style>p{color:red}</style></head><p>Hello</p></html>'
    const headers = { 'List-Unsubscribe': '<https://platform.test/unsubscribe?request=x>' }
    const letter = {
      to: 'ann@example.com',
      subject: 'A letter',
      text: 'Hello in text',
      html,
      headers,
    }
    await platform.mailbox.send({ id, ...letter })
    const page = await (await get(`/dev/mail/${id}`)).text()
    expect(page).toContain('List-Unsubscribe: &lt;https://platform.test/unsubscribe?request=x&gt;')
    expect(page).toContain('Hello in text')
    expect(page).toMatch(new RegExp(`<iframe [^>]*sandbox="[^"]*" src="/dev/mail/${id}/html">`))
    expect(page).not.toContain('color:red')
    const framed = await get(`/dev/mail/${id}/html`)
    expect(await framed.text()).toContain(html)
    expect(framed.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*frame-ancestors 'self'/,
    )
    expect((await get('/dev/mail/mal_nothing/html')).status).toBe(404)
  })

  test.each([
    ['/verify-email'],
    ['/reset-password'],
    ['/accept-invitation'],
    ['/confirm-email-change'],
  ])('the link %s of a mail leads to a page that runs no script but its own', async (path) => {
    const response = await get(`${path}?token=x`)
    expect(response.status).toBe(200)
    const policy = response.headers.get('content-security-policy') ?? ''
    const [, nonce = 'none'] = /script-src 'nonce-([^']+)'/.exec(policy) ?? []
    expect(await response.text()).toContain(`<script nonce="${nonce}">`)
  })

  test('offers the stand-in for Google where it was asked for', async () => {
    const response = await get('/auth/google/start')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toContain(platform.googleUrl)
  })

  test('keeps its data and its secrets over a restart', async () => {
    const { demoPassword } = platform.secrets
    await platform.stop()
    platform = await start(false)
    expect(platform.secrets.demoPassword).toBe(demoPassword)
    expect(await signInAsDemo()).toEqual(signedIn)
  })
})

describe('local secrets', () => {
  test('are readable by their owner only, and a service that comes later gets its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secrets-'))
    const first = await readLocalSecrets(folder, ['gateway'])
    const second = await readLocalSecrets(folder, ['gateway', 'billing'])
    expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600)
    expect(second.gatewayKeys).toMatchObject(first.gatewayKeys)
    expect(second.gatewayKeys.billing).toMatch(/^billing\./)
    expect(second.databasePasswords['billing.owner']).toEqual(expect.any(String))
    await rm(folder, { recursive: true })
  })
})
