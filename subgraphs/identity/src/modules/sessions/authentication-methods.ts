import type { AuthenticationMethod } from '../../__generated__/resolvers.ts'

/** RFC 8176 values in words of the schema. */
const methods: Readonly<Record<string, AuthenticationMethod>> = {
  pwd: 'PASSWORD',
  otp: 'ONE_TIME_CODE',
  hwk: 'PASSKEY',
  swk: 'PASSKEY',
  fed: 'FEDERATED',
  mfa: 'MULTI_FACTOR',
}

export const authenticationMethodsOf = (amr: readonly string[]): AuthenticationMethod[] => [
  ...new Set(amr.flatMap((value) => methods[value] ?? [])),
]

/** Whether more than one factor was used, as a workspace may ask for (RFC 8176 §2, `mfa`). */
export const usedSecondFactor = (amr: readonly string[]): boolean => amr.includes('mfa')
