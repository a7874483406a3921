type Failure<Name extends string> = {
  readonly __typename: Name
  readonly message: string
  readonly path: null
}

export type GoogleAlreadyLinkedError = Failure<'GoogleAlreadyLinkedError'>
export type GoogleUnavailableError = Failure<'GoogleUnavailableError'>
export type LastSignInMethodError = Failure<'LastSignInMethodError'>

export const googleAlreadyLinked = (): GoogleAlreadyLinkedError => ({
  __typename: 'GoogleAlreadyLinkedError',
  message: 'Your account has a Google account already. Unlink that one first.',
  path: null,
})

export const googleUnavailable = (): GoogleUnavailableError => ({
  __typename: 'GoogleUnavailableError',
  message: 'Signing in with Google is not possible at present.',
  path: null,
})

export const lastSignInMethod = (): LastSignInMethodError => ({
  __typename: 'LastSignInMethodError',
  message: 'Nothing would be left to sign in with. Set a password first.',
  path: null,
})
