import { totpCode } from '../support/account.ts'
import { byAccountHolder, bySomebodyNew } from './own-calls.ts'
import { concernsCaller, input, notFound, type Rows, type Stage, userError } from './row.ts'

const BEGIN = 'mutation { beginTotpEnrollment { enrollment { secret } } }'
const CONFIRM = `mutation ($input: ConfirmTotpEnrollmentInput!) {
  confirmTotpEnrollment(input: $input) { userErrors { __typename } }
}`

/** Gives somebody an authenticator app. */
async function enrol(token: string, { platform }: Stage): Promise<void> {
  const { beginTotpEnrollment } = await platform.must(BEGIN, {}, token)
  const code = await totpCode(platform, beginTotpEnrollment.enrollment.secret)
  await platform.must(CONFIRM, { input: { code } }, token)
}

/** Authenticator apps, recovery codes and passkeys of the caller's account. */
export const identitySecondFactors: Rows = {
  'Mutation.beginTotpEnrollment': {
    stranger: concernsCaller,
    // Else the next row would meet callers who have begun, or not, depending on the order.
    spendsCaller: true,
    own: byAccountHolder(),
  },
  'Mutation.confirmTotpEnrollment': {
    variables: input(({ totpCode: code }) => ({ code })),
    stranger: userError('ChallengeExpiredError'),
    own: byAccountHolder(({ totpCode: code }) => ({ input: { code } })),
  },
  'Mutation.removeTotp': {
    stranger: userError('TotpNotEnrolledError'),
    own: bySomebodyNew(async (person, stage) => {
      await enrol(person.token, stage)
      return {}
    }),
  },
  'Mutation.regenerateRecoveryCodes': {
    stranger: userError('NoSecondFactorError'),
    own: byAccountHolder(),
  },
  'Mutation.beginPasskeyRegistration': { stranger: concernsCaller, own: byAccountHolder() },
  'Mutation.confirmPasskeyRegistration': {
    variables: input(({ registrationToken, registrationAnswer }) => ({
      challengeToken: registrationToken,
      name: 'mine now',
      passkey: registrationAnswer,
    })),
    stranger: userError('ChallengeExpiredError'),
    own: byAccountHolder(({ registrationToken, registrationAnswer }) => ({
      input: { challengeToken: registrationToken, name: 'mine', passkey: registrationAnswer },
    })),
  },
  'Mutation.renamePasskey': {
    variables: input(({ passkeyId }) => ({ passkeyId, name: 'mine now' })),
    stranger: notFound,
    own: byAccountHolder(({ passkeyId }) => ({ input: { passkeyId, name: 'mine' } })),
  },
  'Mutation.removePasskey': {
    variables: input(({ passkeyId }) => ({ passkeyId })),
    stranger: notFound,
    own: byAccountHolder(({ passkeyId }) => ({ input: { passkeyId } })),
  },
}
