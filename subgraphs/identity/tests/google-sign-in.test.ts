import { describe, expect, test } from '@jest/globals'
import { User } from '../src/modules/users/user.entity.ts'
import { aBrowser, aGooglePerson, failureOf, setOut, useGoogleWorld } from './support/a-google.ts'
import { aTotp, nextCode } from './support/a-second-factor.ts'
import { aMember, mailsTo, run, userIdOf } from './support/credential-operations.ts'
import { REFRESH } from './support/session-operations.ts'

const world = useGoogleWorld()

const RESUME = `mutation { resumeGoogleSignIn {
  secondFactor { token methods expiresAt } userErrors { message }
} }`

const COMPLETE = `mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) {
  tokens { accessToken refreshToken session { id } } userErrors { __typename }
} }`

const ME = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on User { id displayName email emailVerified hasPassword linkedIdentities { id issuer email } }
} }`

/** Signs in with the cookie that Google's return has set; gives the user as they see themselves. */
async function whoIs(browser: ReturnType<typeof aBrowser>) {
  const { app } = world()
  const { data, cookies } = await app.execute(
    REFRESH,
    { input: {} },
    { cookies: browser.cookies, origin: 'http://console.test' },
  )
  browser.keep(cookies)
  const token: string | undefined = data.refreshSession.tokens?.accessToken
  if (!token) return null
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const answer = await app.execute(
    ME,
    { representations: [{ __typename: 'User', id: sub }] },
    { token },
  )
  return { ...answer.data._entities[0], token }
}

describe('signing in with Google', () => {
  test('makes an account, and brings the browser where it wanted to go', async () => {
    const { google, app, signInAs } = world()
    const person = aGooglePerson({ name: 'Grace Hopper' })
    google.setPerson(person)
    const browser = aBrowser(app)
    const landing = await signInAs(person.sub, browser, '/w/acme?tab=2#members')
    expect(landing.status).toBe(303)
    expect(landing.location.href).toBe('http://console.test/w/acme?tab=2#members')
    expect(await whoIs(browser)).toMatchObject({
      displayName: 'Grace Hopper',
      email: person.email,
      emailVerified: true,
      hasPassword: false,
      linkedIdentities: [{ issuer: google.issuer, email: person.email }],
    })
    const created = (await app.events()).findLast(({ type }) => type === 'user.created')
    expect(created?.data).toMatchObject({ method: 'google' })
  })

  test('puts tokens into cookies, never into the address, and lets nobody cache or refer to it', async () => {
    const { google, signInAs } = world()
    const person = aGooglePerson()
    google.setPerson(person)
    const landing = await signInAs(person.sub)
    expect(landing.location.href).toBe('http://console.test/')
    expect(landing.body).toBe('')
    expect(landing.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    const refresh = landing.setCookie.find((cookie) => cookie.startsWith('__Host-ls_refresh='))
    expect(refresh).toMatch(/; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
  })

  test('finds the same account again by subject, whatever its address has become', async () => {
    const { google, app, signInAs } = world()
    const person = aGooglePerson()
    google.setPerson(person)
    const [first, second] = [aBrowser(app), aBrowser(app)]
    await signInAs(person.sub, first)
    google.setPerson({ ...person, email: `new-${person.email}`, email_verified: false })
    await signInAs(person.sub, second)
    expect((await whoIs(second))?.id).toBe((await whoIs(first))?.id)
  })

  test('tells that Google vouched, so that workspaces which ask for more can tell', async () => {
    const { google, app, signInAs } = world()
    const person = aGooglePerson()
    google.setPerson(person)
    const browser = aBrowser(app)
    await signInAs(person.sub, browser)
    const token = (await whoIs(browser))?.token ?? ''
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ amr: ['fed'], client_id: 'logicspike-web' })
  })

  test('asks for the second factor of an account that has one', async () => {
    const { google, app, signInAs } = world()
    const person = aGooglePerson()
    google.setPerson(person)
    const browser = aBrowser(app)
    await signInAs(person.sub, browser)
    const me = await whoIs(browser)
    const { seed } = await aTotp(app, { accessToken: me.token })

    const again = aBrowser(app)
    const landing = await signInAs(person.sub, again, '/billing')
    expect(landing.location.href).toBe(
      'http://console.test/sign-in/second-step?returnTo=%2Fbilling',
    )
    expect(Object.keys(again.cookies)).toEqual(['__Host-ls_second_step'])
    const resumed = await app.execute(RESUME, {}, { cookies: again.cookies })
    const { token, methods } = resumed.data.resumeGoogleSignIn.secondFactor
    expect(methods).toContain('TOTP')
    again.keep(resumed.cookies)
    expect(again.cookies).toEqual({})
    const input = { challengeToken: token, totpCode: await nextCode(app, seed) }
    const done = await app.execute(COMPLETE, { input })
    expect(done.data.completeSignIn).toMatchObject({
      tokens: { refreshToken: null },
      userErrors: [],
    })
    again.keep(done.cookies)
    expect((await whoIs(again))?.id).toBe(me.id)
  })

  test('has nothing to go on with where no second step waits', async () => {
    const { data } = await world().app.execute(RESUME)
    expect(data.resumeGoogleSignIn).toEqual({ secondFactor: null, userErrors: [] })
    const forged = { '__Host-ls_second_step': 'x'.repeat(43) }
    const answer = await world().app.execute(RESUME, {}, { cookies: forged })
    expect(answer.data.resumeGoogleSignIn.secondFactor).toBeNull()
  })

  test('does not open an account that is closed', async () => {
    const { google, app, signInAs } = world()
    const person = aGooglePerson()
    google.setPerson(person)
    await signInAs(person.sub)
    const id = await userIdOf(app, person.email)
    await app.transaction((tx) => tx.em.nativeUpdate(User, { id }, { status: 'deactivated' }))
    const browser = aBrowser(app)
    expect(failureOf(await signInAs(person.sub, browser))).toBe('account-deactivated')
    expect(browser.cookies).toEqual({})
  })

  test('links the account of a verified address, and tells its owner', async () => {
    const { google, app, signInAs } = world()
    const member = await aMember(app)
    const person = aGooglePerson({ email: member.email.toUpperCase() })
    google.setPerson(person)
    const browser = aBrowser(app)
    await signInAs(person.sub, browser)
    expect(await whoIs(browser)).toMatchObject({ email: member.email, hasPassword: true })
    expect((await mailsTo(app, member.email)).at(-1)?.subject).toBe(
      'Google can now sign in to your account',
    )
    expect((await run(app, 'signIn', member)).refusals).toEqual([])
  })

  test('twice at the same moment makes one account', async () => {
    const { google, app } = world()
    const person = aGooglePerson()
    google.setPerson(person)
    const browsers = [aBrowser(app), aBrowser(app)]
    const callbacks = await Promise.all(
      browsers.map(async (browser) => google.signInAs(person.sub, await setOut(browser))),
    )
    const landings = await Promise.all(
      browsers.map((browser, at) => browser.open(callbacks[at] ?? '')),
    )
    expect(landings.map(failureOf)).toEqual([null, null])
    const [one, other] = await Promise.all(browsers.map(whoIs))
    expect(one?.id).toBe(other?.id)
  })

  test('is not for whoever comes past the gateway', async () => {
    const response = await world().app.app.server.http.inject({
      method: 'GET',
      url: '/auth/google/start',
    })
    expect(response.statusCode).toBe(401)
  })

  test('is limited by network', async () => {
    const { app } = world()
    const outcomes = []
    for (let at = 0; at < 62; at += 1) {
      const { location } = await aBrowser(app).open('/auth/google/start', { ip: '192.0.2.1' })
      outcomes.push(location.searchParams.get('error'))
    }
    expect(outcomes.filter((it) => it === 'too-many-tries')).toHaveLength(2)
  })
})
