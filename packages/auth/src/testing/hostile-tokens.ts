import { claimAttacks } from './claim-attacks.ts'
import { formAttacks } from './form-attacks.ts'
import { keyAttacks } from './key-attacks.ts'
import { scopeAttacks } from './scope-attacks.ts'
import type { TokenForge } from './token-forge.ts'

/** What an attack is on; groups the cases in reports. */
export type HostileRule =
  | ('J1 no signature' | 'J2 key confusion' | 'J3 kid' | 'J4 embedded key' | 'J5 expiry')
  | ('J6 time ahead' | 'J7 issuer and audience' | 'J8 another kind of token' | 'J9 algorithm')
  | ('J10 rotation' | 'J11 form' | 'J12 another environment' | 'J13 look-alike permission')
  | 'J15 unusable key'

export type HostileTokenCase = {
  readonly rule: HostileRule
  /** Completes "refuses …"; unique within the list. */
  readonly name: string
  readonly make: (forge: TokenForge) => string
}

export type HostileToken = {
  readonly rule: HostileRule
  readonly name: string
  readonly token: string
}

/**
 * Every token that no service may accept. Known before any key exists, so that each can be a test
 * of its own: `test.each(hostileTokenCases)('$rule: refuses $name', ({ make }) => …)`.
 */
export const hostileTokenCases: readonly HostileTokenCase[] = [
  ...keyAttacks,
  ...claimAttacks,
  ...scopeAttacks,
  ...formAttacks,
]
