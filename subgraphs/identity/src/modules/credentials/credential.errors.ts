import type { PasswordProblem } from './password-policy.ts'
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password-policy.ts'

export type InvalidCredentialsError = {
  readonly __typename: 'InvalidCredentialsError'
  readonly message: string
  readonly path: null
}

/** One answer for a wrong address, a wrong password, no password, and an account that is gone. */
export const invalidCredentials = (): InvalidCredentialsError => ({
  __typename: 'InvalidCredentialsError',
  message: 'E-mail address or password is wrong.',
  path: null,
})

export type InvalidTokenError = {
  readonly __typename: 'InvalidTokenError'
  readonly message: string
  readonly path: string[]
}

/** One answer for a token that is unknown, used, replaced, too old, or somebody else's. */
export const invalidToken = (): InvalidTokenError => ({
  __typename: 'InvalidTokenError',
  message: 'The link has expired, was used, or was replaced by one in a newer mail.',
  path: ['token'],
})

export type WeakPasswordError = {
  readonly __typename: 'WeakPasswordError'
  readonly message: string
  readonly path: string[]
  readonly weakness: PasswordProblem
}

const advice: Readonly<Record<PasswordProblem, string>> = {
  TOO_SHORT: `Use at least ${PASSWORD_MIN_LENGTH} characters. A few random words are easy to keep.`,
  TOO_LONG: `Use at most ${PASSWORD_MAX_LENGTH} characters.`,
  MALFORMED: 'The password holds a broken character. Type it again.',
  COMMON: 'This is among the passwords that are tried first. Choose another.',
  PERSONAL: 'The password is made of your name, your address or ours. Choose something unrelated.',
  GUESSABLE: 'This password would be guessed quickly. Add words that do not belong together.',
}

/** @param field where in the mutation's input the password stands */
export const weakPassword = (weakness: PasswordProblem, field: string): WeakPasswordError => ({
  __typename: 'WeakPasswordError',
  message: advice[weakness],
  path: [field],
  weakness,
})
