import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { aSignedInPerson, firstStep, secondStep } from './support/a-person.ts'
import { aPasskey, aTotp, nextCode } from './support/a-second-factor.ts'
import { aSession } from './support/a-session.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import {
  BEGIN_PASSKEY_SIGN_IN,
  BEGIN_STEP_UP,
  REMOVE_TOTP,
  SIGN_IN_WITH_PASSKEY,
  STEP_UP,
} from './support/second-factor-operations.ts'
import { refresh, SWITCH } from './support/session-operations.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

/** Somebody with a password and an app, member of a workspace that asks for a second factor. */
async function aMember() {
  const person = await aSignedInPerson(app())
  const totp = await aTotp(app(), person)
  const workspaceId = newId('workspace')
  app().tenancy.join(person.userId, workspaceId, { requiresMfa: true })
  return { ...person, ...totp, workspaceId }
}

/** What comes of entering the workspace: `entered`, or the name of the refusal. */
async function enter(token: string, workspaceId: string): Promise<string> {
  const { data } = await app().execute(SWITCH, { input: { workspaceId } }, { token })
  return data.switchWorkspace.userErrors[0]?.__typename ?? 'entered'
}

describe('A9: a workspace that asks for a second factor', () => {
  test('A9: is closed to a session that used only a password, though the account has an app', async () => {
    const { accessToken, workspaceId } = await aMember()
    expect(await enter(accessToken, workspaceId)).toBe('MfaRequiredError')
  })

  test('A9: is closed to a session that came by Google alone', async () => {
    const { user, workspaceId } = await aMember()
    const { accessToken } = await aSession(app(), { user, amr: ['fed'] })
    expect(await enter(accessToken, workspaceId)).toBe('MfaRequiredError')
  })

  test('A9: is closed to a refresh of such a session', async () => {
    const { refreshToken, workspaceId } = await aMember()
    const { data } = await refresh(app(), refreshToken, { workspaceId })
    expect(data.refreshSession.userErrors).toMatchObject([{ __typename: 'MfaRequiredError' }])
  })

  test('A9: is open to a session of password and code', async () => {
    const member = await aMember()
    const { token } = await firstStep(app(), member)
    const totpCode = await nextCode(app(), member.seed)
    const { data } = await secondStep(app(), token, { totpCode })
    const { accessToken } = data.completeSignIn.tokens
    expect(await enter(accessToken, member.workspaceId)).toBe('entered')
  })

  test('A9: is open to a session of a passkey alone, which is two factors', async () => {
    const member = await aMember()
    const { authenticator } = await aPasskey(app(), member)
    const begun = await app().execute(BEGIN_PASSKEY_SIGN_IN, { input: { delivery: 'PAYLOAD' } })
    const { token: challengeToken, passkeyRequest } = begun.data.beginPasskeySignIn.challenge
    const passkey = authenticator.get(passkeyRequest)
    const { data } = await app().execute(SIGN_IN_WITH_PASSKEY, {
      input: { challengeToken, passkey },
    })
    const { accessToken } = data.signInWithPasskey.tokens
    expect(await enter(accessToken, member.workspaceId)).toBe('entered')
  })

  test.each([['pwd'], ['fed']])('A9: is open to a session of %s that stepped up', async (first) => {
    const member = await aMember()
    const session = await aSession(app(), { user: member.user, amr: [first] })
    const begun = await app().execute(BEGIN_STEP_UP, {}, { token: session.accessToken })
    const challengeToken = begun.data.beginStepUp.challenge.token
    const input = { challengeToken, totpCode: await nextCode(app(), member.seed) }
    const { data } = await app().execute(STEP_UP, { input }, { token: session.accessToken })
    expect(await enter(data.stepUp.tokens.accessToken, member.workspaceId)).toBe('entered')
    // A token from before may be a copied one.
    expect(await enter(session.accessToken, member.workspaceId)).toBe('MfaRequiredError')
  })

  test('A9: is not opened by a step-up with the password', async () => {
    const person = await aSignedInPerson(app())
    const workspaceId = newId('workspace')
    app().tenancy.join(person.userId, workspaceId, { requiresMfa: true })
    const begun = await app().execute(BEGIN_STEP_UP, {}, { token: person.accessToken })
    const challengeToken = begun.data.beginStepUp.challenge.token
    const input = { challengeToken, password: person.password }
    const { data } = await app().execute(STEP_UP, { input }, { token: person.accessToken })
    expect(await enter(data.stepUp.tokens.accessToken, workspaceId)).toBe('MfaRequiredError')
  })

  test('A9: does not stop a member from removing the last factor, but is closed to the next sign-in', async () => {
    const member = await aMember()
    const removed = await app().execute(REMOVE_TOTP, {}, { token: member.accessToken })
    expect(removed.data.removeTotp.secondFactors.isActive).toBe(false)
    const { accessToken } = await aSession(app(), { user: member.user, amr: ['pwd'] })
    expect(await enter(accessToken, member.workspaceId)).toBe('MfaRequiredError')
  })
})
