type Failure<Name extends string> = {
  readonly __typename: Name
  readonly message: string
  readonly path: string[] | null
}

export type TotpAlreadyEnrolledError = Failure<'TotpAlreadyEnrolledError'>
export type TotpNotEnrolledError = Failure<'TotpNotEnrolledError'>
export type NoSecondFactorError = Failure<'NoSecondFactorError'>
export type PasskeyAlreadyRegisteredError = Failure<'PasskeyAlreadyRegisteredError'>
export type TooManyPasskeysError = Failure<'TooManyPasskeysError'> & { readonly limit: number }

/** Passkeys that one account may have. */
export const MAX_PASSKEYS = 20

export const totpAlreadyEnrolled = (): TotpAlreadyEnrolledError => ({
  __typename: 'TotpAlreadyEnrolledError',
  message: 'There is an authenticator app already. Remove it before setting up another.',
  path: null,
})

export const totpNotEnrolled = (): TotpNotEnrolledError => ({
  __typename: 'TotpNotEnrolledError',
  message: 'There is no authenticator app to remove.',
  path: null,
})

export const noSecondFactor = (): NoSecondFactorError => ({
  __typename: 'NoSecondFactorError',
  message: 'Set up an authenticator app or a passkey first.',
  path: null,
})

export const passkeyAlreadyRegistered = (): PasskeyAlreadyRegisteredError => ({
  __typename: 'PasskeyAlreadyRegisteredError',
  message: 'This passkey is registered already.',
  path: ['passkey'],
})

export const tooManyPasskeys = (): TooManyPasskeysError => ({
  __typename: 'TooManyPasskeysError',
  message: `An account has at most ${MAX_PASSKEYS} passkeys. Remove one that is not used.`,
  path: null,
  limit: MAX_PASSKEYS,
})
