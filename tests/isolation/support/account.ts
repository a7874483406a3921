import { createSoftwareAuthenticator } from '@logicspike/identity/testing'
import { newId } from '@logicspike/ids'
import { randomToken } from '@logicspike/secrets'
import { type Person, TEST_PUBLIC_URL, type TestPlatform } from '@logicspike/testing'
import { generate } from 'otplib'
import { claimsOf } from './claims.ts'

/** What belongs to somebody's account, and what they alone have been handed. */
export type AccountObjects = {
  readonly userId: string
  readonly email: string
  readonly displayName: string
  readonly password: string
  /** Another session than the one of the person's token. */
  readonly sessionId: string
  /** Of that other session. */
  readonly refreshToken: string
  readonly passkeyId: string
  readonly linkedIdentityId: string
  /** From a mail to the address that the account shall move to. */
  readonly emailChangeToken: string
  /** Names a passkey registration that waits for its answer, and the right answer. */
  readonly registrationToken: string
  readonly registrationAnswer: object
  /** Names a step-up that waits, and a recovery code that would do. */
  readonly stepUpToken: string
  readonly recoveryCode: string
  /** Names a sign-in that waits for its second step; the same codes would do. */
  readonly signInToken: string
  /** First code of an authenticator app that is being set up. */
  readonly totpCode: string
}

export type Account = { readonly person: Person; readonly objects: AccountObjects }

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { tokens { accessToken refreshToken } secondFactor { token } }
}`
const BEGIN_PASSKEY = `mutation { beginPasskeyRegistration { registration { token options } } }`
const CONFIRM_PASSKEY = `mutation ($input: ConfirmPasskeyRegistrationInput!) {
  confirmPasskeyRegistration(input: $input) { passkey { id } recoveryCodes userErrors { __typename } }
}`
const BEGIN_TOTP = 'mutation { beginTotpEnrollment { enrollment { secret } } }'
const BEGIN_STEP_UP = 'mutation { beginStepUp { challenge { token } } }'
const CHANGE_EMAIL = `mutation ($input: RequestEmailChangeInput!) {
  requestEmailChange(input: $input) { userErrors { __typename } }
}`

/** Fills an account with one of everything that an account can have. */
export async function furnishAccount(platform: TestPlatform, person: Person): Promise<Account> {
  const { must, tokenMailedTo } = platform
  const { email, password, token } = person
  const credentials = { input: { email, password, delivery: 'PAYLOAD' } }
  const { signIn: other } = await must(SIGN_IN, credentials)
  const authenticator = createSoftwareAuthenticator({ origin: TEST_PUBLIC_URL })
  const first = await beginRegistration(platform, token)
  const { confirmPasskeyRegistration: kept } = await must(
    CONFIRM_PASSKEY,
    {
      input: {
        challengeToken: first.token,
        name: 'a key',
        passkey: authenticator.create(first.options),
      },
    },
    token,
  )
  const newEmail = anAddress('moved')
  await must(CHANGE_EMAIL, { input: { newEmail } }, token)
  const second = await beginRegistration(platform, token)
  const another = createSoftwareAuthenticator({ origin: TEST_PUBLIC_URL })
  const { beginTotpEnrollment } = await must(BEGIN_TOTP, {}, token)
  const { beginStepUp } = await must(BEGIN_STEP_UP, {}, token)
  const { signIn: waiting } = await must(SIGN_IN, credentials)
  return {
    person,
    objects: {
      userId: person.id,
      email,
      displayName: person.displayName,
      password,
      sessionId: String(claimsOf(other.tokens.accessToken).sid),
      refreshToken: other.tokens.refreshToken,
      passkeyId: kept.passkey.id,
      linkedIdentityId: await linkIdentity(platform, person),
      emailChangeToken: await tokenMailedTo(newEmail),
      registrationToken: second.token,
      registrationAnswer: another.create(second.options),
      stepUpToken: beginStepUp.challenge.token,
      recoveryCode: kept.recoveryCodes[0],
      signInToken: waiting.secondFactor.token,
      totpCode: await totpCode(platform, beginTotpEnrollment.enrollment.secret),
    },
  }
}

async function beginRegistration({ must }: TestPlatform, token: string) {
  const { beginPasskeyRegistration } = await must(BEGIN_PASSKEY, {}, token)
  return beginPasskeyRegistration.registration as { token: string; options: object }
}

/** The code that an authenticator app with this seed shows now. */
export const totpCode = ({ clock }: TestPlatform, secret: string): Promise<string> =>
  generate({ secret, epoch: Math.floor(clock.now().getTime() / 1000) })

/** As a trip to Google would leave it; there is no Google in these tests. */
async function linkIdentity({ database, clock }: TestPlatform, person: Person): Promise<string> {
  const id = newId('linkedIdentity')
  await database.asAdmin(
    `insert into identity.linked_identities
       (id, user_id, issuer, subject, email, created_at, last_used_at)
     values ($1, $2, 'https://accounts.google.com', $1, $3, $4, $4)`,
    [id, person.id, person.email, clock.now()],
  )
  return id
}

/** An address that nobody has. */
export const anAddress = (name: string): string =>
  `${name}-${randomToken(9)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')}@example.com`
