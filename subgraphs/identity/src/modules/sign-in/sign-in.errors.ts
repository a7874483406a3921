type Failure<Name extends string> = {
  readonly __typename: Name
  readonly message: string
  readonly path: string[] | null
}

export type ChallengeExpiredError = Failure<'ChallengeExpiredError'>
export type PasskeyRefusedError = Failure<'PasskeyRefusedError'>
export type WrongPasswordError = Failure<'WrongPasswordError'>
export type EmailNotVerifiedError = Failure<'EmailNotVerifiedError'>
export type AccountDeactivatedError = Failure<'AccountDeactivatedError'>
export type NoStepUpMethodError = Failure<'NoStepUpMethodError'>
export type WrongCodeError = Failure<'WrongCodeError'> & { readonly triesLeft: number | null }

/** Why somebody who proved who they are still gets no session. */
export type SignInRefusal = EmailNotVerifiedError | AccountDeactivatedError

/** Unknown, answered and too old are told apart for nobody. */
export const challengeExpired = (
  path: string[] | null = ['challengeToken'],
): ChallengeExpiredError => ({
  __typename: 'ChallengeExpiredError',
  message: 'This took too long or was tried too often. Begin again.',
  path,
})

/** @param triesLeft null where tries are not counted */
export const wrongCode = (field: string, triesLeft: number | null): WrongCodeError => ({
  __typename: 'WrongCodeError',
  message: 'This code is wrong, too old, or used already.',
  path: [field],
  triesLeft,
})

export const passkeyRefused = (): PasskeyRefusedError => ({
  __typename: 'PasskeyRefusedError',
  message: 'This passkey was not accepted. Begin again, or use another way.',
  path: ['passkey'],
})

export const wrongPassword = (field = 'password'): WrongPasswordError => ({
  __typename: 'WrongPasswordError',
  message: 'This password is wrong.',
  path: [field],
})

export const emailNotVerified = (): EmailNotVerifiedError => ({
  __typename: 'EmailNotVerifiedError',
  message: 'Confirm your e-mail address first, with the link in the mail.',
  path: null,
})

export const accountDeactivated = (): AccountDeactivatedError => ({
  __typename: 'AccountDeactivatedError',
  message: 'This account is closed.',
  path: null,
})

export const noStepUpMethod = (): NoStepUpMethodError => ({
  __typename: 'NoStepUpMethodError',
  message: 'Sign in again to do this.',
  path: null,
})
