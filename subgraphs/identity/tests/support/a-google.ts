import { afterAll, beforeAll } from '@jest/globals'
import { startTestGoogle, type TestGoogle } from '@logicspike/test-oidc'
import type { GoogleSettings } from '../../src/modules/google/google-client.ts'
import { countingHasher } from './credential-operations.ts'
import {
  createIdentityTestApp,
  type IdentityTestApp,
  type TestRequest,
  testConfig,
} from './identity-test-app.ts'

export const callbackUrl = `${testConfig.publicUrl}/auth/google/callback`

/** A browser that goes to identity's plain routes through the gateway, and keeps its cookies. */
export type TestBrowser = {
  readonly cookies: Readonly<Record<string, string>>
  /** Opens an address of the platform and gives what comes back. */
  open(url: string, request?: TestRequest): Promise<Landing>
  /** Keeps a cookie that GraphQL set. */
  keep(cookies: Readonly<Record<string, string | null>>): void
}

export type Landing = {
  readonly status: number
  /** Where the browser is sent on to. */
  readonly location: URL
  readonly setCookie: readonly string[]
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

export function aBrowser(app: IdentityTestApp): TestBrowser {
  const jar = new Map<string, string>()
  return {
    get cookies() {
      return Object.fromEntries(jar)
    },
    async open(url, request = {}) {
      const { pathname, search } = new URL(url, testConfig.publicUrl)
      const response = await app.app.server.http.inject({
        method: 'GET',
        url: pathname + search,
        headers: {
          'x-gateway-key': app.gatewayKey,
          'x-client-ip': request.ip ?? '203.0.113.7',
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          ...request.headers,
        },
      })
      const setCookie = [response.headers['set-cookie'] ?? []].flat()
      for (const cookie of setCookie) keepIn(jar, cookie)
      return {
        status: response.statusCode,
        location: new URL(response.headers.location ?? 'about:blank'),
        setCookie,
        headers: response.headers,
        body: response.body,
      }
    },
    keep(cookies) {
      for (const [name, value] of Object.entries(cookies)) {
        if (value === null) jar.delete(name)
        else jar.set(name, value)
      }
    },
  }
}

function keepIn(jar: Map<string, string>, cookie: string): void {
  const [pair = ''] = cookie.split(';')
  const [name = '', value = ''] = pair.split('=')
  if (/; Max-Age=0(;|$)/.test(cookie)) jar.delete(name)
  else jar.set(name, value)
}

/** Opens the start page; gives where it leads, which is the provider's authorization endpoint. */
export async function setOut(browser: TestBrowser, returnTo = '/'): Promise<string> {
  const { location } = await browser.open(
    `/auth/google/start?returnTo=${encodeURIComponent(returnTo)}`,
  )
  return location.href
}

export type GoogleWorld = {
  readonly app: IdentityTestApp
  readonly google: TestGoogle
  /** Goes to Google as somebody and back; gives where the browser lands. */
  signInAs(sub: string, browser?: TestBrowser, returnTo?: string): Promise<Landing>
}

/** Identity beside a real OpenID provider, for a whole test file. */
export function useGoogleWorld(): () => GoogleWorld {
  let world: GoogleWorld | undefined
  beforeAll(async () => {
    const google = await startTestGoogle({ redirectUris: [callbackUrl] })
    const app = await createAppWithGoogle(google)
    world = {
      app,
      google,
      async signInAs(sub, browser = aBrowser(app), returnTo = '/') {
        return browser.open(await google.signInAs(sub, await setOut(browser, returnTo)))
      },
    }
  })
  afterAll(async () => {
    await world?.app.close()
    await world?.google.close()
  })
  return () => {
    if (!world) throw new Error('The world exists from beforeAll to afterAll only.')
    return world
  }
}

export const createAppWithGoogle = (settings: GoogleSettings): Promise<IdentityTestApp> => {
  const { issuer, clientId, clientSecret } = settings
  const google = { issuer, clientId, clientSecret, allowInsecureRequests: true }
  return createIdentityTestApp({
    config: { ...testConfig, google },
    passwords: countingHasher(),
  })
}

let people = 0

/** Somebody at Google whose address nobody else has. */
export function aGooglePerson(claims: Readonly<Record<string, unknown>> = {}) {
  people += 1
  const sub = `google-${process.pid}-${people}`
  return { sub, email: `${sub}@example.com`, email_verified: true, name: 'Grace', ...claims }
}

/** Why a browser was sent to the sign-in page; null where it was not. */
export const failureOf = ({ location }: Landing): string | null =>
  location.searchParams.get('error')
