import { ok, type Result, refuse } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { findSecondFactors } from '../second-factors/second-factor.repository.ts'
import { usedSecondFactor } from '../sessions/authentication-methods.ts'
import { clientIdOf, type Delivery } from '../sessions/session-rules.ts'
import { type IssuedTokens, startSession } from '../sessions/start-session.ts'
import { isActive } from '../users/account-states.ts'
import type { User } from '../users/user.entity.ts'
import { lockUser } from '../users/user.repository.ts'
import { recordFailedSignIn } from './record-failed-sign-in.ts'
import { askForSecondFactor, type SecondFactorChallenge } from './second-factor-challenge.ts'
import { accountDeactivated, emailNotVerified, type SignInRefusal } from './sign-in.errors.ts'

/** How far a sign-in has come. */
export type SignInProgress =
  | { readonly kind: 'session'; readonly tokens: IssuedTokens }
  | { readonly kind: 'second-factor'; readonly challenge: SecondFactorChallenge }

export type ProvenPerson = {
  readonly user: { readonly id: Id<'usr'> }
  /** RFC 8176 values for what was proved, with `mfa` where that was more than one factor. */
  readonly amr: readonly string[]
  readonly delivery: Delivery
  /** The platform's own client for this delivery unless said otherwise. */
  readonly clientId?: string
}

/**
 * What follows when somebody has proved who they are, by whatever means: every way in ends here, so
 * that none skips the second factor or enters a closed account (ASVS 6.3.4). The account is held
 * until the end of the transaction: it cannot close while its session starts.
 */
export async function finishSignIn(
  tx: IdentityContext,
  person: ProvenPerson,
): Promise<Result<SignInProgress, SignInRefusal>> {
  const { amr, delivery, clientId = clientIdOf(delivery) } = person
  const userId = person.user.id
  const refusal = signInRefusal(await lockUser(tx, userId))
  if (refusal) {
    await recordFailedSignIn(tx, userId, 'not-active')
    return refuse.keeping(refusal)
  }
  const first = { userId, amr, clientId, delivery }
  if (usedSecondFactor(amr)) return session(await startSession(tx, first))
  const factors = await findSecondFactors(tx, userId)
  if (!factors.isActive) return session(await startSession(tx, first))
  return ok({ kind: 'second-factor', challenge: await askForSecondFactor(tx, factors, first) })
}

const session = (tokens: IssuedTokens): Result<SignInProgress, never> =>
  ok({ kind: 'session', tokens })

/** Why an account is not entered, though its owner is there; null where it is. */
function signInRefusal(user: User | null): SignInRefusal | null {
  if (!user || !isActive(user)) return accountDeactivated()
  return user.emailVerified ? null : emailNotVerified()
}
