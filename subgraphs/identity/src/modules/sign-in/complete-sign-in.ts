import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { enqueueMail } from '@logicspike/mail'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { secondStepFailedLetter } from '../mails/second-factor.letters.ts'
import type { Challenge } from '../second-factors/challenge.entity.ts'
import {
  closeChallenge,
  countWrongAnswer,
  findChallenge,
  lockChallenge,
} from '../second-factors/challenge.repository.ts'
import { notifyOfRecoveryCodeUse } from '../second-factors/notify-of-recovery-code-use.ts'
import { acceptProof, type Proof, type ProofInput, readProof } from '../second-factors/proof.ts'
import { spendProof } from '../second-factors/spend-proof.ts'
import type { IssuedTokens } from '../sessions/start-session.ts'
import type { User } from '../users/user.entity.ts'
import { lockUser } from '../users/user.repository.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { proofRefused } from './proof-refused.ts'
import { recordFailedSignIn } from './record-failed-sign-in.ts'
import {
  type ChallengeExpiredError,
  challengeExpired,
  type PasskeyRefusedError,
  type SignInRefusal,
  type WrongCodeError,
} from './sign-in.errors.ts'

type CompleteSignInInput = ProofInput & { readonly challengeToken: string }

type CompleteSignInError =
  | InvalidInputError
  | ChallengeExpiredError
  | WrongCodeError
  | PasskeyRefusedError
  | SignInRefusal

/**
 * Takes the second step of a sign-in. The question works once, also for answers that come at the
 * same time; it is bound to the account, to what the first step proved, and to the client that took
 * it. Wrong answers count against it and against the account.
 * @throws AppError RATE_LIMITED
 */
export async function completeSignIn(
  ctx: IdentityContext,
  input: CompleteSignInInput,
): Promise<Result<IssuedTokens, CompleteSignInError>> {
  const proof = readProof(input)
  if (!proof.ok) return proof
  const question = await findChallenge(ctx, 'complete-sign-in', input.challengeToken)
  if (!question?.userId) return refuse(challengeExpired())
  const refund = await spendProof(ctx, 'sign-in', question.userId, proof.value.method)
  const answer = { userId: question.userId, token: input.challengeToken, proof: proof.value }
  const result = await inTransaction(ctx, (tx) => takeSecondStep(tx, answer))
  if (result.ok) await refund()
  return result
}

async function takeSecondStep(
  tx: IdentityContext,
  answer: { userId: User['id']; token: string; proof: Proof },
): Promise<Result<IssuedTokens, CompleteSignInError>> {
  const { userId, token, proof } = answer
  const user = await lockUser(tx, userId)
  const question = await lockChallenge(tx, 'complete-sign-in', token)
  if (!user || !question?.delivery || !question.clientId) return refuse(challengeExpired())
  const { amr, delivery, clientId } = question
  const challenge = question.passkeyChallenge
  const proved = await acceptProof(tx, { userId, proof, challenge })
  if (!proved) return refuse.keeping(await countFailure(tx, user, question, proof))
  closeChallenge(tx, question)
  if (proof.method === 'RECOVERY_CODE') await notifyOfRecoveryCodeUse(tx, user)
  const done = await finishSignIn(tx, { user, amr: [...amr, ...proved], delivery, clientId })
  if (!done.ok) return done
  // `amr` says that two factors were used, so there is nothing left to ask.
  return done.value.kind === 'session' ? ok(done.value.tokens) : refuse(challengeExpired())
}

async function countFailure(
  tx: IdentityContext,
  user: User,
  question: Challenge,
  { method }: Proof,
): Promise<WrongCodeError | PasskeyRefusedError> {
  const triesLeft = countWrongAnswer(tx, question, method === 'PASSKEY')
  await recordFailedSignIn(tx, user.id, 'wrong-second-factor')
  if (triesLeft === 0 && user.email) {
    const { consoleUrl } = tx.config
    enqueueMail(tx, secondStepFailedLetter({ to: user.email, consoleUrl }))
  }
  return proofRefused(method, triesLeft)
}
