import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { acceptPasskey } from '../second-factors/accept-passkey.ts'
import { closeChallenge, lockChallenge } from '../second-factors/challenge.repository.ts'
import type { AssertionResponse } from '../second-factors/passkey-responses.ts'
import { amrOfPasskey, readAssertion } from '../second-factors/proof.ts'
import { findPasskeyOwner } from '../second-factors/second-factor.repository.ts'
import type { IssuedTokens } from '../sessions/start-session.ts'
import { lockUser } from '../users/user.repository.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { recordFailedSignIn } from './record-failed-sign-in.ts'
import {
  type ChallengeExpiredError,
  challengeExpired,
  type PasskeyRefusedError,
  passkeyRefused,
  type SignInRefusal,
} from './sign-in.errors.ts'

type SignInWithPasskeyError =
  | InvalidInputError
  | ChallengeExpiredError
  | PasskeyRefusedError
  | SignInRefusal

/**
 * Signs in with a passkey and nothing else. The question takes one answer, right or wrong. Which
 * account it is, the credential tells, and the authenticator's own name for the account must agree.
 */
export async function signInWithPasskey(
  ctx: IdentityContext,
  input: { challengeToken: string; passkey: unknown },
): Promise<Result<IssuedTokens, SignInWithPasskeyError>> {
  const answer = readAssertion(input.passkey)
  if (!answer.ok) return answer
  const owner = await findPasskeyOwner(ctx, answer.value.id)
  return inTransaction(ctx, (tx) => enter(tx, owner, input.challengeToken, answer.value))
}

async function enter(
  tx: IdentityContext,
  owner: Id<'usr'> | null,
  token: string,
  answer: AssertionResponse,
): Promise<Result<IssuedTokens, SignInWithPasskeyError>> {
  // Before the question: whoever changes an account locks it first, and so takes turns with us.
  const user = owner && (await lockUser(tx, owner))
  const question = await lockChallenge(tx, 'passkey-sign-in', token)
  if (!question?.passkeyChallenge || !question.delivery || !question.clientId) {
    return refuse(challengeExpired())
  }
  closeChallenge(tx, question)
  if (!user) return refuse.keeping(passkeyRefused())
  const { passkeyChallenge: challenge, delivery, clientId } = question
  const passkey = await acceptPasskey(tx, { userId: user.id, answer, challenge, named: true })
  if (!passkey) {
    await recordFailedSignIn(tx, user.id, 'wrong-second-factor')
    return refuse.keeping(passkeyRefused())
  }
  const done = await finishSignIn(tx, { user, amr: amrOfPasskey(passkey), delivery, clientId })
  if (!done.ok) return done
  // A passkey is two factors, so there is nothing left to ask.
  return done.value.kind === 'session' ? ok(done.value.tokens) : refuse(challengeExpired())
}
