import { describe, expect, test } from '@jest/globals'
import { aBrowser, aGooglePerson, failureOf, setOut, useGoogleWorld } from './support/a-google.ts'
import { aSession } from './support/a-session.ts'
import {
  aMember,
  anAddress,
  aStaleToken,
  goodPassword,
  mailsTo,
  otherPassword,
  run,
  tokenMailedTo,
  userIdOf,
} from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'

const world = useGoogleWorld()
const withoutGoogle = useIdentityTestApp()

const linksOf = (email: string) =>
  world().app.database.asAdmin<{ id: string; subject: string }>(
    `select id, subject from identity.linked_identities
     where user_id = (select id from identity.users where email = $1)`,
    [email],
  )

async function aSignedInMember() {
  const { app } = world()
  const member = await aMember(app)
  const input = { ...member, delivery: 'PAYLOAD' }
  const { payload } = await run(app, 'signIn', input, { ip: anAddress() })
  return {
    ...member,
    token: payload.tokens.accessToken as string,
    sessionId: payload.tokens.session.id as string,
  }
}

/** Begins to link; gives the browser that is on its way, and where. */
async function beginLink(token: string | undefined, returnTo = '/account/security') {
  const { app } = world()
  const browser = aBrowser(app)
  const outcome = await run(app, 'linkGoogle', { returnTo }, { token, ip: anAddress() })
  browser.keep(outcome.answer.cookies)
  return { browser, ...outcome, url: outcome.payload?.authorizationUrl as string }
}

const aPerson = (claims = {}) => {
  const person = aGooglePerson(claims)
  world().google.setPerson(person)
  return person
}

describe('addresses that meet', () => {
  test('O8: signed up by a stranger first: Google takes the account from them', async () => {
    const { app, signInAs } = world()
    const person = aPerson({ name: 'The Owner' })
    const { email } = person
    await run(app, 'signUp', { email, password: goodPassword, displayName: 'The Thief' })
    const planted = await tokenMailedTo(app, email)
    const id = await userIdOf(app, email)
    expect(failureOf(await signInAs(person.sub))).toBeNull()
    expect(await userIdOf(app, email)).toBe(id)
    expect((await run(app, 'signIn', { email, password: goodPassword })).refusals).toEqual([
      'InvalidCredentialsError',
    ])
    expect((await run(app, 'verifyEmail', { token: planted })).refusals).toEqual([
      'InvalidTokenError',
    ])
    const [row] = await app.database.asAdmin(
      'select display_name, email_verified from identity.users where id = $1',
      [id],
    )
    expect(row).toEqual({ display_name: 'The Owner', email_verified: true })
    expect((await mailsTo(app, email)).at(-1)?.subject).toBe(
      'Your account now signs in with Google',
    )
  })

  test('O8: everything the stranger left in it is wiped: sessions, factors, links', async () => {
    const { app, signInAs } = world()
    const person = aPerson()
    await run(app, 'signUp', {
      email: person.email,
      password: goodPassword,
      displayName: 'The Thief',
    })
    const userId = await userIdOf(app, person.email)
    // None of this can come about without a verified address; it is put there all the same.
    const { sessionId } = await aSession(app, { user: { id: userId } })
    await app.database.asAdmin(
      `insert into identity.linked_identities
         (id, user_id, issuer, subject, email, created_at, last_used_at)
       values ('lnk_planted', $1, $2, 'the-thief', 'thief@example.com', now(), now())`,
      [userId, world().google.issuer],
    )
    expect(failureOf(await signInAs(person.sub))).toBeNull()
    const [session] = await app.database.asAdmin<{ end_reason: string }>(
      'select end_reason from identity.sessions where id = $1',
      [sessionId],
    )
    expect(session?.end_reason).toBe('account-claimed')
    expect((await linksOf(person.email)).map(({ subject }) => subject)).toEqual([person.sub])
  })

  test('O8: signed in with Google first: signing up with a password changes nothing', async () => {
    const { app, signInAs } = world()
    const person = aPerson()
    const { email } = person
    await signInAs(person.sub)
    await run(app, 'signUp', { email, password: otherPassword, displayName: 'The Thief' })
    expect((await mailsTo(app, email)).at(-1)?.subject).toBe('You already have an account')
    expect((await run(app, 'signIn', { email, password: otherPassword })).refusals).toEqual([
      'InvalidCredentialsError',
    ])
  })

  test('O8: at the same moment leaves no password of the stranger, or none that works', async () => {
    const { app, google } = world()
    const person = aPerson()
    const { email } = person
    const browser = aBrowser(app)
    const callback = await google.signInAs(person.sub, await setOut(browser))
    await Promise.all([
      browser.open(callback),
      run(app, 'signUp', { email, password: otherPassword, displayName: 'The Thief' }),
    ])
    expect((await linksOf(email)).map(({ subject }) => subject)).toEqual([person.sub])
    expect((await run(app, 'signIn', { email, password: otherPassword })).refusals).toEqual([
      'InvalidCredentialsError',
    ])
  })

  test('O9: another subject with the same address does not enter the account', async () => {
    const { app, signInAs } = world()
    const first = aPerson()
    await signInAs(first.sub)
    const second = aPerson({ email: first.email })
    const landing = await signInAs(second.sub)
    expect(failureOf(landing)).toBe('google-conflict')
    expect((await linksOf(first.email)).map(({ subject }) => subject)).toEqual([first.sub])
    expect(failureOf(await signInAs(first.sub, aBrowser(app)))).toBeNull()
  })

  test('O9: the same subject of another issuer is somebody else', async () => {
    const { app, signInAs } = world()
    const person = aPerson()
    await app.database.asAdmin(
      `insert into identity.linked_identities
         (id, user_id, issuer, subject, email, created_at, last_used_at)
       values ('lnk_other', $1, 'https://other.example', $2, 'x@example.com', now(), now())`,
      [(await aSession(app)).userId, person.sub],
    )
    expect(failureOf(await signInAs(person.sub))).toBeNull()
    expect((await linksOf(person.email)).map(({ subject }) => subject)).toEqual([person.sub])
  })

  test('O7: an address that Google does not vouch for links nothing', async () => {
    const { app, signInAs } = world()
    const { email } = await aMember(app)
    const person = aPerson({ email, email_verified: 'true' })
    expect(failureOf(await signInAs(person.sub))).toBe('google-email-unverified')
    expect(await linksOf(email)).toEqual([])
  })
})

describe('linking a Google account', () => {
  test('adds it to the account of the session, whatever its address', async () => {
    const { app, google, signInAs } = world()
    const member = await aSignedInMember()
    const person = aPerson()
    const { browser, url } = await beginLink(member.token)
    const landing = await browser.open(await google.signInAs(person.sub, url))
    expect(landing.location.href).toBe('http://console.test/account/security')
    expect((await linksOf(member.email)).map(({ subject }) => subject)).toEqual([person.sub])
    expect((await mailsTo(app, member.email)).at(-1)?.subject).toBe(
      'Google can now sign in to your account',
    )
    expect(landing.setCookie.some((cookie) => cookie.includes('ls_refresh'))).toBe(false)
    expect(failureOf(await signInAs(person.sub))).toBeNull()
    await expect(userIdOf(app, person.email)).rejects.toThrow('has no account')
  })

  test('O13: stays with the account that began it, whoever else signs in there meanwhile', async () => {
    const { google } = world()
    const [one, other] = [await aSignedInMember(), await aSignedInMember()]
    const person = aPerson()
    const { browser, url } = await beginLink(one.token)
    const callback = await google.signInAs(person.sub, url)
    browser.keep({ '__Host-ls_refresh': `${other.sessionId}.x.y` })
    await browser.open(callback)
    expect((await linksOf(one.email)).map(({ subject }) => subject)).toEqual([person.sub])
    expect(await linksOf(other.email)).toEqual([])
  })

  test("O13: an attacker's callback in the victim's browser links nothing", async () => {
    const { google } = world()
    const [attacker, victim] = [await aSignedInMember(), await aSignedInMember()]
    const person = aPerson()
    const { url } = await beginLink(attacker.token)
    const callback = await google.signInAs(person.sub, url)
    const victims = await beginLink(victim.token)
    expect(failureOf(await victims.browser.open(callback))).toBe('google-expired')
    expect(await linksOf(victim.email)).toEqual([])
    expect(await linksOf(attacker.email)).toEqual([])
  })

  test('O13: a sign-in cannot be turned into a link, nor a link into a sign-in', async () => {
    const { app, google } = world()
    const member = await aSignedInMember()
    const person = aPerson()
    const signingIn = aBrowser(app)
    const callback = await google.signInAs(person.sub, await setOut(signingIn))
    const linking = await beginLink(member.token)
    expect(failureOf(await linking.browser.open(callback))).toBe('google-expired')
    const linked = await google.signInAs(person.sub, linking.url)
    expect(failureOf(await signingIn.open(linked))).toBe('google-expired')
    expect(await linksOf(member.email)).toEqual([])
  })

  test('ends with the session that began it', async () => {
    const { app, google } = world()
    const member = await aSignedInMember()
    const { browser, url } = await beginLink(member.token)
    const callback = await google.signInAs(aPerson().sub, url)
    await app.execute(`mutation { signOut(input: {}) { signedOut } }`, {}, { token: member.token })
    expect(failureOf(await browser.open(callback))).toBe('google-session-ended')
    expect(await linksOf(member.email)).toEqual([])
  })

  test('refuses one that signs in to another account', async () => {
    const { google, signInAs } = world()
    const member = await aSignedInMember()
    const person = aPerson()
    await signInAs(person.sub)
    const { browser, url } = await beginLink(member.token)
    const landing = await browser.open(await google.signInAs(person.sub, url))
    expect(failureOf(landing)).toBe('google-linked-elsewhere')
    expect(await linksOf(member.email)).toEqual([])
  })

  test('refuses a second one, before setting out and after', async () => {
    const { google } = world()
    const member = await aSignedInMember()
    const [one, two] = [await beginLink(member.token), await beginLink(member.token)]
    await one.browser.open(await google.signInAs(aPerson().sub, one.url))
    const late = await two.browser.open(await google.signInAs(aPerson().sub, two.url))
    expect(failureOf(late)).toBe('google-already-linked')
    expect((await beginLink(member.token)).refusals).toEqual(['GoogleAlreadyLinkedError'])
  })

  test('O7: refuses one whose address Google does not vouch for', async () => {
    const { google } = world()
    const member = await aSignedInMember()
    const { browser, url } = await beginLink(member.token)
    const person = aPerson({ email_verified: undefined })
    const landing = await browser.open(await google.signInAs(person.sub, url))
    expect(failureOf(landing)).toBe('google-email-unverified')
  })

  test('asks for a proof of a moment ago, a place of the console, and somebody', async () => {
    const { app } = world()
    const member = await aSignedInMember()
    const stale = await aStaleToken(app, await userIdOf(app, member.email))
    expect((await beginLink(stale)).refusals).toEqual(['ReauthenticationRequiredError'])
    expect((await beginLink(member.token, '//evil.example')).refusals).toEqual([
      'InvalidInputError',
    ])
    expect((await beginLink(undefined)).codes).toEqual(['UNAUTHENTICATED'])
  })

  test('is not offered where Google is not set up', async () => {
    const app = withoutGoogle()
    const { accessToken: token } = await aSession(app)
    const { refusals } = await run(app, 'linkGoogle', {}, { token })
    expect(refusals).toEqual(['GoogleUnavailableError'])
    const { location } = await aBrowser(app).open('/auth/google/start')
    expect(location.searchParams.get('error')).toBe('google-unavailable')
    const back = await aBrowser(app).open('/auth/google/callback?code=x&state=y')
    expect(failureOf(back)).toBe('google-unavailable')
  })
})

describe('unlinking a Google account', () => {
  async function aLinkedMember() {
    const member = await aSignedInMember()
    const person = aPerson()
    const { browser, url } = await beginLink(member.token)
    await browser.open(await world().google.signInAs(person.sub, url))
    const [link] = await linksOf(member.email)
    return { ...member, person, linkedIdentityId: link?.id ?? '' }
  }

  test('ends that it signs in, and every session but this one', async () => {
    const { app, signInAs } = world()
    const { token, linkedIdentityId, person, email } = await aLinkedMember()
    await signInAs(person.sub)
    const { payload } = await run(app, 'unlinkGoogle', { linkedIdentityId }, { token })
    expect(payload).toEqual({ user: { linkedIdentities: [] }, userErrors: [] })
    const live = await app.database.asAdmin(
      `select id from identity.sessions where ended_at is null
       and user_id = (select id from identity.users where email = $1)`,
      [email],
    )
    expect(live).toHaveLength(1)
    expect((await mailsTo(app, email)).at(-1)?.subject).toBe(
      'Google can no longer sign in to your account',
    )
  })

  test('is refused where nothing else could sign in', async () => {
    const { app, signInAs } = world()
    const person = aPerson()
    await signInAs(person.sub)
    const [link] = await linksOf(person.email)
    const user = { id: await userIdOf(app, person.email) }
    const { accessToken: token } = await aSession(app, { user, amr: ['fed'] })
    const input = { linkedIdentityId: link?.id }
    expect((await run(app, 'unlinkGoogle', input, { token })).refusals).toEqual([
      'LastSignInMethodError',
    ])
  })

  test("does not find somebody else's", async () => {
    const { app } = world()
    const { linkedIdentityId, email } = await aLinkedMember()
    const stranger = await aLinkedMember()
    const tried = await run(app, 'unlinkGoogle', { linkedIdentityId }, { token: stranger.token })
    expect(tried.codes).toEqual(['NOT_FOUND'])
    expect(await linksOf(email)).toHaveLength(1)
  })

  test('asks for a proof of a moment ago', async () => {
    const { app } = world()
    const { linkedIdentityId, email } = await aLinkedMember()
    const token = await aStaleToken(app, await userIdOf(app, email))
    expect((await run(app, 'unlinkGoogle', { linkedIdentityId }, { token })).refusals).toEqual([
      'ReauthenticationRequiredError',
    ])
  })
})
