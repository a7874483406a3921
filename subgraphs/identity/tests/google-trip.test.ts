import { describe, expect, test } from '@jest/globals'
import { purgeGoogleTrips } from '../src/modules/google/purge-google-trips.job.ts'
import {
  aBrowser,
  aGooglePerson,
  callbackUrl,
  failureOf,
  setOut,
  useGoogleWorld,
} from './support/a-google.ts'

const world = useGoogleWorld()

/** A browser that is back from Google, one step before the callback. */
async function aReturn() {
  const { app, google } = world()
  const person = aGooglePerson()
  google.setPerson(person)
  const browser = aBrowser(app)
  const authorizationUrl = await setOut(browser)
  return { browser, person, callback: await google.signInAs(person.sub, authorizationUrl) }
}

/** Nobody is signed in, and the browser is told so in our words alone. */
function expectFailure(
  landing: Awaited<ReturnType<ReturnType<typeof aBrowser>['open']>>,
  reason: string,
) {
  expect(landing.location.href).toBe(`http://console.test/sign-in?error=${reason}`)
  expect(landing.setCookie.some((cookie) => cookie.includes('ls_refresh'))).toBe(false)
}

describe('what is sent to Google', () => {
  test('O3: state, nonce and PKCE with S256, all of 256 bits and new each time', async () => {
    const [one, other] = [
      new URL(await setOut(aBrowser(world().app))),
      new URL(await setOut(aBrowser(world().app))),
    ]
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.searchParams.get(name)).toMatch(/^[\w-]{43}$/)
      expect(one.searchParams.get(name)).not.toBe(other.searchParams.get(name))
    }
    expect(Object.fromEntries(one.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'logicspike',
      code_challenge_method: 'S256',
      scope: 'openid email profile',
      redirect_uri: callbackUrl,
    })
  })

  test('O6: the way back is the configured one, whatever the request says', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
    }
    const { location } = await aBrowser(world().app).open(
      '/auth/google/start?redirect_uri=https://evil.example/&returnTo=/',
      { headers },
    )
    expect(location.searchParams.getAll('redirect_uri')).toEqual([callbackUrl])
    expect(location.origin).toBe(world().google.issuer)
  })

  test.each([
    ['another host', 'http://evil.example/auth/google/callback'],
    ['a suffix', `${callbackUrl}/more`],
    ['a step up', `${callbackUrl}/../../evil`],
    ['an at sign', 'http://platform.test@evil.example/auth/google/callback'],
    ['a fragment', `${callbackUrl}#evil`],
    ['a query', `${callbackUrl}?evil`],
  ])('O6: the provider sends nobody back to %s', async (_, redirectUri) => {
    const { google, app } = world()
    const url = new URL(await setOut(aBrowser(app)))
    url.searchParams.set('redirect_uri', redirectUri)
    await expect(google.signInAs('anybody', url.href)).rejects.toThrow('instead of a login page')
  })

  test('the cookie is for this host, out of reach of scripts, and short-lived', async () => {
    const { setCookie } = await aBrowser(world().app).open('/auth/google/start')
    expect(setCookie).toEqual([
      expect.stringMatching(
        /^__Host-ls_google=[\w.-]+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
      ),
    ])
  })

  test('the database holds neither state nor nonce nor verifier in the clear', async () => {
    const url = new URL(await setOut(aBrowser(world().app)))
    const rows = await world().app.database.asAdmin<{ row: string }>(
      'select row_to_json(t)::text as row from identity.google_transactions t',
    )
    const text = rows.map(({ row }) => row).join()
    expect(text).not.toContain(url.searchParams.get('state'))
    expect(text).not.toContain(url.searchParams.get('nonce'))
  })
})

describe('coming back from Google', () => {
  test('O1: without a state', async () => {
    const { browser, callback } = await aReturn()
    const url = new URL(callback)
    url.searchParams.delete('state')
    expectFailure(await browser.open(url.href), 'google-expired')
  })

  test('O1: with two states', async () => {
    const { browser, callback } = await aReturn()
    expectFailure(await browser.open(`${callback}&state=other`), 'google-expired')
  })

  test('O1: with the state of another trip of the same browser', async () => {
    const { browser, callback } = await aReturn()
    await setOut(browser)
    expectFailure(await browser.open(callback), 'google-expired')
  })

  test("O1: with another browser's state, or no cookie at all", async () => {
    const { callback } = await aReturn()
    const stranger = aBrowser(world().app)
    expectFailure(await stranger.open(callback), 'google-expired')
    await setOut(stranger)
    expectFailure(await stranger.open(callback), 'google-expired')
  })

  test('O1: with a cookie that is not ours', async () => {
    const { browser, callback } = await aReturn()
    browser.keep({ '__Host-ls_google': `test.${'A'.repeat(200)}` })
    expectFailure(await browser.open(callback), 'google-expired')
  })

  test('O1 and O4: a second time', async () => {
    const { browser, callback } = await aReturn()
    const { cookies } = browser
    expect(failureOf(await browser.open(callback))).toBeNull()
    const again = aBrowser(world().app)
    again.keep(cookies)
    expectFailure(await again.open(callback), 'google-expired')
  })

  test('O4: many times at the same moment signs in once', async () => {
    const { browser, callback } = await aReturn()
    const copies = Array.from({ length: 5 }, () => {
      const copy = aBrowser(world().app)
      copy.keep(browser.cookies)
      return copy
    })
    const landings = await Promise.all(copies.map((copy) => copy.open(callback)))
    expect(landings.filter((landing) => failureOf(landing) === null)).toHaveLength(1)
  })

  test("O4: with a code that was used already, on one's own fresh trip", async () => {
    const { browser, callback } = await aReturn()
    await browser.open(callback)
    const other = aBrowser(world().app)
    const state = new URL(await setOut(other)).searchParams.get('state') ?? ''
    const url = new URL(callback)
    url.searchParams.set('state', state)
    expectFailure(await other.open(url.href), 'google-refused')
  })

  test("O3 and O13: with somebody else's code on one's own trip: the verifier does not fit", async () => {
    const { callback } = await aReturn()
    const victim = aBrowser(world().app)
    const state = new URL(await setOut(victim)).searchParams.get('state') ?? ''
    const url = new URL(callback)
    url.searchParams.set('state', state)
    expectFailure(await victim.open(url.href), 'google-refused')
  })

  test.each([
    [
      'left out',
      (url: URL) =>
        ['code_challenge', 'code_challenge_method'].map((it) => url.searchParams.delete(it)),
    ],
    ['replaced', (url: URL) => [url.searchParams.set('code_challenge', 'x'.repeat(43))]],
  ])('O3: after the challenge was %s on the way', async (_, tamper) => {
    const { app, google } = world()
    const person = aGooglePerson()
    google.setPerson(person)
    const browser = aBrowser(app)
    const url = new URL(await setOut(browser))
    tamper(url)
    const callback = await google.signInAs(person.sub, url.href)
    expectFailure(await browser.open(callback), 'google-refused')
  })

  test('O3: after S256 was turned into plain on the way', async () => {
    const { app, google } = world()
    const browser = aBrowser(app)
    const url = new URL(await setOut(browser))
    url.searchParams.set('code_challenge_method', 'plain')
    const callback = await google.signInAs('anybody', url.href)
    expect(new URL(callback).searchParams.get('error')).toBe('invalid_request')
    expectFailure(await browser.open(callback), 'google-refused')
  })

  test('after ten minutes', async () => {
    const { browser, callback } = await aReturn()
    world().app.clock.advance(600)
    expectFailure(await browser.open(callback), 'google-expired')
    world().app.clock.advance(1)
    await world().app.transaction(purgeGoogleTrips)
    const rows = await world().app.database.asAdmin('select from identity.google_transactions')
    expect(rows).toEqual([])
  })

  test('O11: with an error is answered in our words, and nothing of it is shown', async () => {
    const browser = aBrowser(world().app)
    const state = new URL(await setOut(browser)).searchParams.get('state') ?? ''
    const url = new URL(callbackUrl)
    url.searchParams.set('state', state)
    url.searchParams.set('error', '<script>alert(1)</script>')
    url.searchParams.set('error_description', '"><img src=x onerror=alert(1)>')
    url.searchParams.set('error_uri', 'https://evil.example/')
    url.searchParams.set('iss', world().google.issuer)
    const landing = await browser.open(url.href)
    expectFailure(landing, 'google-refused')
    expect(landing.body).toBe('')
  })

  test('O11: after the person chose not to go on is told apart', async () => {
    const browser = aBrowser(world().app)
    const state = new URL(await setOut(browser)).searchParams.get('state') ?? ''
    const iss = encodeURIComponent(world().google.issuer)
    const url = `${callbackUrl}?error=access_denied&state=${state}&iss=${iss}`
    expectFailure(await browser.open(url), 'google-cancelled')
  })

  test('O6: a place outside the console is refused before the browser sets out', async () => {
    for (const returnTo of [
      '//evil.example',
      '/\\evil.example',
      'https:evil',
      'javascript:alert(1)',
    ]) {
      const { location, setCookie } = await aBrowser(world().app).open(
        `/auth/google/start?returnTo=${encodeURIComponent(returnTo)}`,
      )
      expect(location.href).toBe('http://console.test/sign-in?error=invalid-return-to')
      expect(setCookie).toEqual([])
    }
  })
})
