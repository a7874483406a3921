import { ok, type Result, refuse } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import type { StepUpMethod } from '../../__generated__/resolvers.ts'
import type { IdentityContext } from '../../context.ts'
import { findPassword } from '../credentials/password.repository.ts'
import { forgetChallenges, openChallenge } from '../second-factors/challenge.repository.ts'
import {
  findSecondFactors,
  methodsOf,
  type SecondFactors,
} from '../second-factors/second-factor.repository.ts'
import { lockCurrentUser, requireCaller } from '../users/current-user.ts'
import { passkeyRequestOf } from './second-factor-challenge.ts'
import { type NoStepUpMethodError, noStepUpMethod } from './sign-in.errors.ts'

/** What a client needs to prove again who uses its session. */
export type StepUpChallenge = {
  readonly token: string
  readonly methods: StepUpMethod[]
  /** PublicKeyCredentialRequestOptionsJSON; null where no passkey will do. */
  readonly passkeyRequest: object | null
  readonly expiresAt: Date
}

/**
 * Asks the caller to prove again who they are. An earlier question of the session is void.
 * @throws AppError UNAUTHENTICATED
 */
export async function beginStepUp(
  tx: IdentityContext,
): Promise<Result<StepUpChallenge, NoStepUpMethodError>> {
  const { sessionId } = requireCaller(tx)
  const { id: userId } = await lockCurrentUser(tx)
  const factors = await findSecondFactors(tx, userId)
  const methods = await stepUpMethods(tx, userId, factors)
  if (methods.length === 0) return refuse(noStepUpMethod())
  await forgetChallenges(tx, userId, { purpose: 'step-up', sessionId })
  const passkey = factors.passkeys.length > 0
  const { token, challenge } = openChallenge(tx, { purpose: 'step-up', userId, sessionId, passkey })
  return ok({
    token,
    methods,
    passkeyRequest: await passkeyRequestOf(tx, challenge.passkeyChallenge, factors),
    expiresAt: challenge.expiresAt,
  })
}

/**
 * What will do to step up. A password alone does not where the account has more: a stolen session
 * and a guessed password would be enough to remove the second factor.
 */
export async function stepUpMethods(
  tx: Pick<IdentityContext, 'em'>,
  userId: Id<'usr'>,
  factors: SecondFactors,
): Promise<StepUpMethod[]> {
  if (factors.isActive) return methodsOf(factors)
  return (await findPassword(tx, userId)) ? ['PASSWORD'] : []
}
