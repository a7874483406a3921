import { createSoftwareAuthenticator } from '@logicspike/identity/testing'
import { TEST_PUBLIC_URL, type TestPlatform } from '@logicspike/testing'
import { byAccountHolder, byNobody } from './own-calls.ts'
import { concernsCaller, input, type Rows, userError } from './row.ts'

const BEGIN_SIGN_IN = `mutation ($input: BeginPasskeySignInInput!) {
  beginPasskeySignIn(input: $input) { challenge { token passkeyRequest } }
}`
const BEGIN_PASSKEY = `mutation { beginPasskeyRegistration { registration { token options } } }`
const CONFIRM_PASSKEY = `mutation ($input: ConfirmPasskeyRegistrationInput!) {
  confirmPasskeyRegistration(input: $input) { userErrors { __typename } }
}`

/** Somebody's passkey, and its answer to a sign-in that has begun. */
async function signingInWithPasskey({ must, aPerson }: TestPlatform) {
  const authenticator = createSoftwareAuthenticator({ origin: TEST_PUBLIC_URL })
  const { token } = await aPerson()
  const { beginPasskeyRegistration } = await must(BEGIN_PASSKEY, {}, token)
  const { registration } = beginPasskeyRegistration
  const passkey = authenticator.create(registration.options)
  const made = { challengeToken: registration.token, name: 'a key', passkey }
  await must(CONFIRM_PASSKEY, { input: made }, token)
  const { beginPasskeySignIn } = await must(BEGIN_SIGN_IN, { input: { delivery: 'PAYLOAD' } })
  const { challenge } = beginPasskeySignIn
  return {
    challengeToken: challenge.token,
    passkey: authenticator.get(challenge.passkeyRequest),
  }
}

/** Signing in and stepping up. */
export const identitySignIn: Rows = {
  'Mutation.signIn': {
    variables: input(({ email }) => ({ email, password: 'not the password', delivery: 'PAYLOAD' })),
    stranger: userError('InvalidCredentialsError'),
    leavesRecordsIn: ['identity.outbox'],
    own: byNobody(async ({ victim }) => {
      const { email, password } = victim.workspace.owner
      return { input: { email, password, delivery: 'PAYLOAD' } }
    }),
  },
  'Mutation.completeSignIn': {
    // Somebody has found the victim's recovery code, but has no sign-in of theirs under way.
    variables: input(({ userId, recoveryCode }) => ({ challengeToken: userId, recoveryCode })),
    stranger: userError('ChallengeExpiredError'),
    own: byNobody(async (stage) => {
      const { signInToken, recoveryCode } = (await stage.account()).objects
      return { input: { challengeToken: signInToken, recoveryCode } }
    }),
  },
  'Mutation.beginPasskeySignIn': {
    variables: () => ({ input: { delivery: 'PAYLOAD' } }),
    stranger: concernsCaller,
    own: byNobody(async () => ({ input: { delivery: 'PAYLOAD' } })),
  },
  'Mutation.signInWithPasskey': {
    variables: input(({ userId, registrationAnswer }) => ({
      challengeToken: userId,
      passkey: registrationAnswer,
    })),
    stranger: userError('InvalidInputError'),
    own: byNobody(async ({ platform }) => ({ input: await signingInWithPasskey(platform) })),
  },
  'Mutation.beginStepUp': { stranger: concernsCaller, own: byAccountHolder() },
  'Mutation.stepUp': {
    variables: input(({ stepUpToken, recoveryCode }) => ({
      challengeToken: stepUpToken,
      recoveryCode,
    })),
    stranger: userError('ChallengeExpiredError'),
    own: byAccountHolder(({ stepUpToken, recoveryCode }) => ({
      input: { challengeToken: stepUpToken, recoveryCode },
    })),
  },
}
