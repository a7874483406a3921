import { sha256 } from '@logicspike/secrets'
import type { TestPlatformOptions } from '@logicspike/testing'

type Identity = NonNullable<TestPlatformOptions['identity']>
type Limits = NonNullable<Identity['limits']>

const MANY = { points: 1_000_000, seconds: 3600 }

/**
 * Tries without end. All callers of these tests come from one network and many try one account,
 * which is what the limits are for; that they hold is shown elsewhere.
 */
export const everyTry: Limits = {
  passwordByNetwork: MANY,
  passwordByAccountAndNetwork: MANY,
  passwordByAccount: MANY,
  anonymousByNetwork: MANY,
  mailByAddressAndNetwork: MANY,
  mailByAddress: MANY,
  emailChangeByUser: MANY,
  passkeySignInByNetwork: MANY,
  googleByNetwork: MANY,
}

/** Hashes that cost nothing: hundreds of people sign up here, and none of the hashes is attacked. */
export const quickPasswords: NonNullable<Identity['passwords']> = {
  hash: async (password) => sha256(password),
  verify: async (password, stored) => ({ matches: stored === sha256(password), outdated: false }),
}
