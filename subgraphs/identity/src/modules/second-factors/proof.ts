import { ok, type Result, refuse } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { acceptPasskey } from './accept-passkey.ts'
import { acceptTotpCode } from './accept-totp-code.ts'
import type { Passkey } from './passkey.entity.ts'
import { type AssertionResponse, assertionResponse } from './passkey-responses.ts'
import { acceptRecoveryCode } from './recovery-codes.ts'

/** What somebody offers to prove a second factor by. */
export type Proof =
  | { readonly method: 'TOTP'; readonly code: string }
  | { readonly method: 'RECOVERY_CODE'; readonly code: string }
  | { readonly method: 'PASSKEY'; readonly answer: AssertionResponse }

/** The fields of an input that a proof may stand in. */
export type ProofInput = {
  readonly totpCode?: string | null | undefined
  readonly recoveryCode?: string | null | undefined
  readonly passkey?: object | null | undefined
}

/** The one proof among the fields of an input; none and two are refused. */
export function readProof(input: ProofInput): Result<Proof, InvalidInputError> {
  const { totpCode, recoveryCode, passkey } = input
  const given = [totpCode, recoveryCode, passkey].filter((field) => field != null)
  if (given.length !== 1) return refuse(invalidInput('Give exactly one proof.'))
  if (totpCode != null) return ok({ method: 'TOTP', code: totpCode })
  if (recoveryCode != null) return ok({ method: 'RECOVERY_CODE', code: recoveryCode })
  const answer = readAssertion(passkey)
  return answer.ok ? ok({ method: 'PASSKEY', answer: answer.value }) : answer
}

/** The answer of a browser to the request for a passkey, in the field `passkey` of an input. */
export function readAssertion(passkey: unknown): Result<AssertionResponse, InvalidInputError> {
  const parsed = assertionResponse.safeParse(passkey)
  if (parsed.success) return ok(parsed.data)
  return refuse(invalidInput('This is not the answer of a browser.', 'passkey'))
}

/**
 * Uses up a proof of the account.
 * @param input.challenge what a passkey had to sign; null where none may answer
 * @returns RFC 8176 values for what was proved; null where nothing was
 */
export async function acceptProof(
  tx: IdentityContext,
  input: { userId: Id<'usr'>; proof: Proof; challenge: string | null },
): Promise<readonly string[] | null> {
  const { userId, proof, challenge } = input
  switch (proof.method) {
    case 'TOTP':
      return (await acceptTotpCode(tx, userId, proof.code)) ? ONE_TIME_CODE : null
    case 'RECOVERY_CODE':
      return (await acceptRecoveryCode(tx, userId, proof.code)) ? ONE_TIME_CODE : null
    case 'PASSKEY': {
      if (challenge === null) return null
      const passkey = await acceptPasskey(tx, { userId, answer: proof.answer, challenge })
      return passkey && amrOfPasskey(passkey)
    }
  }
}

/** RFC 8176 has no value for recovery codes; each is a password for one time. */
const ONE_TIME_CODE = ['otp', 'mfa'] as const

/**
 * RFC 8176 values for a passkey: a key in hardware, or in software where it is synced; a person was
 * present; and two factors, since the authenticator verified the person too.
 */
export const amrOfPasskey = ({ deviceType }: Pick<Passkey, 'deviceType'>): readonly string[] => [
  deviceType === 'multiDevice' ? 'swk' : 'hwk',
  'user',
  'mfa',
]
