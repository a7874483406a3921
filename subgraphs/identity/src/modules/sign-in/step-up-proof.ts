import { ok, type Result, refuse } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { StepUpMethod } from '../../__generated__/resolvers.ts'
import type { IdentityContext } from '../../context.ts'
import { findPassword } from '../credentials/password.repository.ts'
import { findShapeProblem } from '../credentials/password-policy.ts'
import { acceptProof, type Proof, type ProofInput, readProof } from '../second-factors/proof.ts'
import { spendProof } from '../second-factors/spend-proof.ts'
import type { Caller } from '../users/current-user.ts'
import { proofRefused } from './proof-refused.ts'
import {
  type PasskeyRefusedError,
  type WrongCodeError,
  type WrongPasswordError,
  wrongPassword,
} from './sign-in.errors.ts'

/** What somebody offers to prove that a session is still theirs. */
export type StepUpProof = Proof | { readonly method: 'PASSWORD'; readonly password: string }

export type StepUpInput = ProofInput & { readonly password?: string | null | undefined }

/** The one proof among the fields of an input; none and two are refused. */
export function readStepUpProof(input: StepUpInput): Result<StepUpProof, InvalidInputError> {
  if (input.password == null) return readProof(input)
  const others = [input.totpCode, input.recoveryCode, input.passkey]
  if (others.some((field) => field != null)) return refuse(invalidInput('Give exactly one proof.'))
  const problem = findShapeProblem(input.password)
  if (problem && problem !== 'TOO_SHORT') {
    return refuse(invalidInput('This is no password.', 'password'))
  }
  return ok({ method: 'PASSWORD', password: input.password })
}

/** A proof that is counted, and compared as far as that must not be done in a transaction. */
export type WeighedProof =
  | { readonly proof: Proof; readonly refund: () => Promise<void> }
  | {
      readonly proof: Extract<StepUpProof, { method: 'PASSWORD' }>
      /** When the password was set that the given one fits; null where it fits none. */
      readonly fits: Date | null
      readonly refund: () => Promise<void>
    }

/**
 * Counts a try, and hashes a password.
 * @throws AppError RATE_LIMITED
 */
export async function weighStepUpProof(
  ctx: IdentityContext,
  { userId, sessionId }: Caller,
  proof: StepUpProof,
): Promise<WeighedProof> {
  if (proof.method !== 'PASSWORD') {
    return { proof, refund: await spendProof(ctx, 'step-up', userId, proof.method) }
  }
  // Counted by session: a stranger has none, and one that was stolen locks out only itself.
  await ctx.limits.spend('passwordBySession', sessionId)
  const refund = () => ctx.limits.forgive('passwordBySession', sessionId)
  const stored = await findPassword(ctx, userId)
  const { matches } = await ctx.passwords.verify(proof.password, stored?.hash ?? null)
  return { proof, fits: matches && stored ? stored.changedAt : null, refund }
}

/** RFC 8176 values that a method proves at least. */
export const methodAmr = (method: StepUpMethod): readonly string[] =>
  method === 'PASSWORD' ? ['pwd'] : ['mfa']

/**
 * Uses up a proof of the account.
 * @returns RFC 8176 values for what was proved; null where nothing was
 */
export async function acceptStepUpProof(
  tx: IdentityContext,
  userId: Id<'usr'>,
  weighed: WeighedProof,
  challenge: string | null,
): Promise<readonly string[] | null> {
  if (!('fits' in weighed)) return acceptProof(tx, { userId, proof: weighed.proof, challenge })
  const stored = await findPassword(tx, userId)
  const stillFits = weighed.fits !== null && stored?.changedAt.getTime() === weighed.fits.getTime()
  return stillFits ? ['pwd'] : null
}

/** What is said of a proof that does not hold. */
export function stepUpRefused(
  method: StepUpMethod,
  triesLeft: number,
): WrongPasswordError | WrongCodeError | PasskeyRefusedError {
  return method === 'PASSWORD' ? wrongPassword() : proofRefused(method, triesLeft)
}
