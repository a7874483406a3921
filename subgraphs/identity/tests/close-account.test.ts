import { describe, expect, test } from '@jest/globals'
import { upstreamUnavailable } from '@logicspike/errors'
import type { InternalClient } from '@logicspike/internal-api'
import { resumeClosingAccounts } from '../src/modules/users/resume-closing-accounts.job.ts'
import { aSession } from './support/a-session.ts'
import {
  aMember,
  anAddress,
  aStaleToken,
  countingHasher,
  goodPassword,
  mailsTo,
  otherPassword,
  run,
  tokenMailedTo,
  userIdOf,
} from './support/credential-operations.ts'
import { createFakeTenancy } from './support/fake-tenancy.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh, statusOf } from './support/session-operations.ts'

/** Tenancy that can be taken away and given back. */
let away = false
const tenancy = createFakeTenancy({ now: () => new Date() })
const internal: InternalClient = {
  call: (...question) => {
    if (away) throw upstreamUnavailable('tenancy is away')
    return tenancy.client.call(...question)
  },
  close: () => tenancy.client.close(),
}
const app = useIdentityTestApp({ passwords: countingHasher(), internal })

const acme = { id: 'wks_acme', name: 'Acme' }

const signIn = (input: Readonly<Record<string, unknown>>) =>
  run(app(), 'signIn', { delivery: 'PAYLOAD', ...input }, { ip: anAddress() })

async function aSignedInMember() {
  const member = await aMember(app())
  const { payload } = await signIn(member)
  const userId = await userIdOf(app(), member.email)
  return { ...member, userId, tokens: payload.tokens, token: payload.tokens.accessToken as string }
}

const close = (
  name: 'deactivateAccount' | 'deleteAccount',
  { email, token }: { email: string; token: string | undefined },
) => run(app(), name, { email }, { token })

const rowOf = async (userId: string) => {
  const [row] = await app().database.asAdmin<Record<string, unknown>>(
    'select * from identity.users where id = $1',
    [userId],
  )
  return row
}

/** What is left of a user in every table but those that are for others to read. */
async function tracesOf(userId: string): Promise<Record<string, number>> {
  const tables = ['passwords', 'email_tokens', 'linked_identities', 'totp_factors', 'challenges']
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const rows = await app().database.asAdmin(`select from identity.${table} where user_id = $1`, [
      userId,
    ])
    counts[table] = rows.length
  }
  return counts
}

describe('deactivating an account', () => {
  test('ends its sessions and keeps everybody out until it is reactivated', async () => {
    const { email, password, token, tokens } = await aSignedInMember()
    expect((await close('deactivateAccount', { email, token })).payload.closing).toBe('DONE')
    await app().learnRevocations()
    expect(await statusOf(app(), token)).toBe('UNAUTHENTICATED')
    const { data } = await refresh(app(), tokens.refreshToken)
    expect(data.refreshSession.userErrors[0].__typename).toBe('SessionEndedError')
    expect((await signIn({ email, password })).refusals).toEqual(['AccountDeactivatedError'])
    const wrong = await run(app(), 'reactivateAccount', { email, password: otherPassword })
    expect(wrong.refusals).toEqual(['InvalidCredentialsError'])
    const right = await run(app(), 'reactivateAccount', { email, password })
    expect(right.payload).toEqual({ email, userErrors: [] })
    expect(right.answer.setCookie).toEqual([])
    expect((await signIn({ email, password })).refusals).toEqual([])
    expect((await mailsTo(app(), email)).slice(-2).map(({ subject }) => subject)).toEqual([
      'Your account is deactivated',
      'Your account is active again',
    ])
  })

  test('keeps its address: nobody else can sign up with it', async () => {
    const { email, token } = await aSignedInMember()
    await close('deactivateAccount', { email, token })
    await run(app(), 'signUp', { email, password: otherPassword, displayName: 'Eve' })
    const mail = (await mailsTo(app(), email)).at(-1)
    expect(mail?.subject).toBe('You already have an account')
    const again = await run(app(), 'reactivateAccount', { email, password: otherPassword })
    expect(again.refusals).toEqual(['InvalidCredentialsError'])
  })

  test('leaves a way back for who has no password: reset, then reactivate', async () => {
    const { email, token } = await aSignedInMember()
    await close('deactivateAccount', { email, token })
    await run(app(), 'requestPasswordReset', { email }, { ip: anAddress() })
    const reset = { token: await tokenMailedTo(app(), email), newPassword: otherPassword }
    expect((await run(app(), 'resetPassword', reset)).refusals).toEqual([])
    expect((await signIn({ email, password: otherPassword })).refusals).toEqual([
      'AccountDeactivatedError',
    ])
    const back = await run(app(), 'reactivateAccount', { email, password: otherPassword })
    expect(back.refusals).toEqual([])
  })

  test('reactivating an account that is active changes nothing', async () => {
    const { email, password } = await aSignedInMember()
    const before = (await mailsTo(app(), email)).length
    expect((await run(app(), 'reactivateAccount', { email, password })).refusals).toEqual([])
    expect(await mailsTo(app(), email)).toHaveLength(before)
  })
})

describe('deleting an account', () => {
  test('erases what identifies the person, and frees the address', async () => {
    const { email, password, token, userId } = await aSignedInMember()
    await run(app(), 'requestPasswordReset', { email }, { ip: anAddress() })
    const mailed = await tokenMailedTo(app(), email)
    expect((await close('deleteAccount', { email, token })).payload.closing).toBe('DONE')
    expect(await rowOf(userId)).toMatchObject({
      email: null,
      email_verified: false,
      display_name: '',
      status: 'deleted',
      closing_to: null,
    })
    expect(Object.values(await tracesOf(userId)).every((count) => count === 0)).toBe(true)
    const sessions = await app().database.asAdmin<{ ip_address: null; user_agent: null }>(
      'select ip_address, user_agent from identity.sessions where user_id = $1',
      [userId],
    )
    expect(sessions).toEqual([{ ip_address: null, user_agent: null }])
    await app().learnRevocations()
    expect(await statusOf(app(), token)).toBe('UNAUTHENTICATED')
    expect((await signIn({ email, password })).refusals).toEqual(['InvalidCredentialsError'])
    const reset = { token: mailed, newPassword: otherPassword }
    expect((await run(app(), 'resetPassword', reset)).refusals).toEqual(['InvalidTokenError'])
    await aMember(app(), email, otherPassword)
    expect(await userIdOf(app(), email)).not.toBe(userId)
  })

  test('tells other services by an event, and the person by a last mail', async () => {
    const { email, token, userId } = await aSignedInMember()
    await close('deleteAccount', { email, token })
    const events = (await app().events()).filter(({ subject }) => subject === userId)
    expect(events.at(-1)).toMatchObject({ type: 'user.deleted', data: { userId } })
    expect((await mailsTo(app(), email)).at(-1)?.subject).toBe('Your account is deleted')
  })
})

describe('closing an account either way', () => {
  test.each(['deactivateAccount', 'deleteAccount'] as const)(
    '%s is refused to the only Owner of a workspace, whose account stays as it was',
    async (name) => {
      const { email, password, token, userId } = await aSignedInMember()
      tenancy.soleOwnerOf(userId, acme)
      const document = `mutation ($input: ${name === 'deleteAccount' ? 'DeleteAccountInput' : 'DeactivateAccountInput'}!) {
        ${name}(input: $input) { closing userErrors { ... on SoleOwnerError { message workspaces { id name } } } }
      }`
      const { data } = await app().execute(document, { input: { email } }, { token })
      expect(data[name]).toEqual({
        closing: null,
        userErrors: [{ message: expect.stringContaining('Acme'), workspaces: [acme] }],
      })
      expect(await statusOf(app(), token)).toBe('OK')
      expect((await signIn({ email, password })).refusals).toEqual([])
    },
  )

  test('asks for a proof of a moment ago, and for the address', async () => {
    const { email, userId, token } = await aSignedInMember()
    const stale = await aStaleToken(app(), userId)
    expect((await close('deleteAccount', { email, token: stale })).refusals).toEqual([
      'ReauthenticationRequiredError',
    ])
    const typo = { email: 'somebody@else.example', token }
    expect((await close('deleteAccount', typo)).refusals).toEqual(['InvalidInputError'])
    expect((await close('deleteAccount', { email, token: undefined })).codes).toEqual([
      'UNAUTHENTICATED',
    ])
  })

  test('goes on by itself when tenancy comes back, and nobody gets in meanwhile', async () => {
    const { email, password, token, userId } = await aSignedInMember()
    away = true
    expect((await close('deleteAccount', { email, token })).payload.closing).toBe('UNDER_WAY')
    expect((await signIn({ email, password })).refusals).toEqual(['AccountDeactivatedError'])
    await resumeClosingAccounts(app().app.contexts.forJob('test'))
    app().clock.advance(61)
    await resumeClosingAccounts(app().app.contexts.forJob('test'))
    expect(await rowOf(userId)).toMatchObject({ status: 'closing' })
    away = false
    await resumeClosingAccounts(app().app.contexts.forJob('test'))
    expect(await rowOf(userId)).toMatchObject({ status: 'deleted', email: null })
  })

  test('goes on after a crash between its steps, and tells by mail when it cannot', async () => {
    const { email, password, token, userId } = await aSignedInMember()
    // What is known of revocations is recent, so that the change begins before tenancy is away.
    await app().learnRevocations()
    away = true
    await close('deactivateAccount', { email, token })
    away = false
    tenancy.soleOwnerOf(userId, acme)
    app().clock.advance(61)
    await resumeClosingAccounts(app().app.contexts.forJob('test'))
    expect(await rowOf(userId)).toMatchObject({ status: 'active', closing_since: null })
    const mail = (await mailsTo(app(), email)).at(-1)
    expect(mail?.subject).toBe('Your account could not be closed')
    expect(mail?.text).toContain('Acme')
    expect((await signIn({ email, password })).refusals).toEqual([])
  })

  test('by two at once closes it once', async () => {
    const { email, token, userId } = await aSignedInMember()
    const both = await Promise.all([
      close('deleteAccount', { email, token }),
      close('deleteAccount', { email, token }),
    ])
    expect(both.filter(({ payload }) => payload?.closing === 'DONE').length).toBeGreaterThan(0)
    await resumeClosingAccounts(app().app.contexts.forJob('test'))
    const events = (await app().events()).filter(
      ({ type, subject }) => type === 'user.deleted' && subject === userId,
    )
    expect(events).toHaveLength(1)
    expect(await rowOf(userId)).toMatchObject({ status: 'deleted' })
  })
})

describe('the display name', () => {
  test('is changed by its owner, who sees it at once', async () => {
    const { accessToken: token, userId } = await aSession(app())
    const { payload } = await run(
      app(),
      'changeDisplayName',
      { displayName: ' Ada  L. ' },
      { token },
    )
    expect(payload).toEqual({ user: { id: userId, displayName: 'Ada L.' }, userErrors: [] })
    expect((await app().events()).at(-1)).toMatchObject({
      type: 'user.profile_changed',
      subject: userId,
    })
  })

  test('stays as it was when the new one is refused, or there is nobody', async () => {
    const { accessToken: token } = await aSession(app())
    const refused = await run(app(), 'changeDisplayName', { displayName: '\u200b' }, { token })
    expect(refused.refusals).toEqual(['InvalidInputError'])
    expect((await run(app(), 'changeDisplayName', { displayName: 'Ada' })).codes).toEqual([
      'UNAUTHENTICATED',
    ])
  })
})

test('a password of a closed account opens nothing else', async () => {
  const { email, token } = await aSignedInMember()
  await close('deleteAccount', { email, token })
  const { refusals } = await run(app(), 'reactivateAccount', { email, password: goodPassword })
  expect(refusals).toEqual(['InvalidCredentialsError'])
})
