import { anAddress } from '../support/account.ts'
import { byAccountHolder, byNobody, bySomebodyNew } from './own-calls.ts'
import { concernsCaller, input, type Rows, type Stage, userError } from './row.ts'

const NEW_PASSWORD = 'quite another phrase to remember'
const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { __typename } } }`
const FORGOT = `mutation ($input: RequestPasswordResetInput!) {
  requestPasswordReset(input: $input) { userErrors { __typename } }
}`

/** An address that has signed up and is not verified. */
async function signUp({ platform }: Stage): Promise<string> {
  const email = anAddress('new')
  await platform.must(SIGN_UP, { input: { email, password: NEW_PASSWORD, displayName: 'New' } })
  return email
}

/** Passwords, addresses and the mails about them. */
export const identityCredentials: Rows = {
  'Mutation.signUp': {
    variables: input(({ email }) => ({ email, password: NEW_PASSWORD, displayName: 'Me' })),
    stranger: concernsCaller,
    isUniform: true,
    leavesRecordsIn: ['identity.outbox'],
    own: byNobody(async () => ({
      input: { email: anAddress('new'), password: NEW_PASSWORD, displayName: 'New' },
    })),
  },
  'Mutation.verifyEmail': {
    variables: input(({ userId }) => ({ token: userId })),
    stranger: userError('InvalidTokenError'),
    own: byNobody(async (stage) => ({
      input: { token: await stage.platform.tokenMailedTo(await signUp(stage)) },
    })),
  },
  'Mutation.resendVerificationEmail': {
    variables: input(({ email }) => ({ email })),
    stranger: concernsCaller,
    isUniform: true,
    own: byNobody(async (stage) => ({ input: { email: await signUp(stage) } })),
  },
  'Mutation.requestPasswordReset': {
    variables: input(({ email }) => ({ email })),
    stranger: concernsCaller,
    isUniform: true,
    leavesRecordsIn: ['identity.outbox', 'identity.email_tokens'],
    // Only the newest mail counts; it goes to the owner of the address all the same.
    mayReplaceIn: ['identity.email_tokens'],
    own: byNobody(async ({ victim }) => ({ input: { email: victim.objects.email } })),
  },
  'Mutation.resetPassword': {
    variables: input(({ userId }) => ({ token: userId, newPassword: NEW_PASSWORD })),
    stranger: userError('InvalidTokenError'),
    own: byNobody(async (stage) => {
      const { email } = await stage.platform.aPerson()
      await stage.platform.must(FORGOT, { input: { email } })
      const token = await stage.platform.tokenMailedTo(email)
      return { input: { token, newPassword: NEW_PASSWORD } }
    }),
  },
  'Mutation.changePassword': {
    variables: input(({ password }) => ({ currentPassword: password, newPassword: NEW_PASSWORD })),
    stranger: userError('WrongPasswordError'),
    own: byAccountHolder(({ password }) => ({
      input: { currentPassword: password, newPassword: NEW_PASSWORD },
    })),
  },
  'Mutation.requestEmailChange': {
    variables: input(({ email }) => ({ newEmail: email })),
    stranger: concernsCaller,
    isUniform: true,
    own: bySomebodyNew(async () => ({ input: { newEmail: anAddress('moved') } })),
  },
  'Mutation.confirmEmailChange': {
    variables: input(({ emailChangeToken }) => ({ token: emailChangeToken })),
    stranger: userError('InvalidTokenError'),
    own: byAccountHolder(({ emailChangeToken }) => ({ input: { token: emailChangeToken } })),
  },
}
