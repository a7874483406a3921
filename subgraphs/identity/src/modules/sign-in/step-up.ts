import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse, unauthenticated } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import type { Challenge } from '../second-factors/challenge.entity.ts'
import {
  closeChallenge,
  countWrongAnswer,
  findChallenge,
  lockChallenge,
} from '../second-factors/challenge.repository.ts'
import { notifyOfRecoveryCodeUse } from '../second-factors/notify-of-recovery-code-use.ts'
import { findSecondFactors } from '../second-factors/second-factor.repository.ts'
import { raiseSession } from '../sessions/raise-session.ts'
import { Session } from '../sessions/session.entity.ts'
import { isLive } from '../sessions/session-rules.ts'
import type { IssuedTokens } from '../sessions/start-session.ts'
import { requestWorkspaceGrant } from '../tokens/request-workspace-grant.ts'
import type { WorkspaceGrant } from '../tokens/token-minter.ts'
import { type Caller, lockCurrentUser, requireCaller } from '../users/current-user.ts'
import { stepUpMethods } from './begin-step-up.ts'
import {
  type ChallengeExpiredError,
  challengeExpired,
  type PasskeyRefusedError,
  type WrongCodeError,
  type WrongPasswordError,
} from './sign-in.errors.ts'
import {
  acceptStepUpProof,
  methodAmr,
  readStepUpProof,
  type StepUpInput,
  type StepUpProof,
  stepUpRefused,
  type WeighedProof,
  weighStepUpProof,
} from './step-up-proof.ts'

type StepUpError =
  | InvalidInputError
  | ChallengeExpiredError
  | WrongPasswordError
  | WrongCodeError
  | PasskeyRefusedError

/**
 * Proves that the owner of the session is still the one who uses it. The session gets a new time of
 * authentication, what was proved, and new tokens; those of before gain nothing (ASVS 7.2.4).
 * @throws AppError UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_UNAVAILABLE
 */
export async function stepUp(
  ctx: IdentityContext,
  input: StepUpInput & { readonly challengeToken: string },
): Promise<Result<IssuedTokens, StepUpError>> {
  const caller = requireCaller(ctx)
  const proof = readStepUpProof(input)
  if (!proof.ok) return proof
  const question = await findChallenge(ctx, 'step-up', input.challengeToken)
  if (!belongsTo(question, caller)) return refuse(challengeExpired())
  const grant = await sameWorkspace(ctx, caller, proof.value)
  const weighed = await weighStepUpProof(ctx, caller, proof.value)
  const result = await inTransaction(ctx, (tx) =>
    raise(tx, caller, { token: input.challengeToken, weighed, grant }),
  )
  if (result.ok) await weighed.refund()
  return result
}

async function raise(
  tx: IdentityContext,
  caller: Caller,
  answer: { token: string; weighed: WeighedProof; grant: WorkspaceGrant | null },
): Promise<Result<IssuedTokens, StepUpError>> {
  const { proof } = answer.weighed
  const user = await lockCurrentUser(tx)
  const question = await lockChallenge(tx, 'step-up', answer.token)
  if (!question || !belongsTo(question, caller)) return refuse(challengeExpired())
  const usable = await stepUpMethods(tx, user.id, await findSecondFactors(tx, user.id))
  const challenge = question.passkeyChallenge
  const amr = usable.includes(proof.method)
    ? await acceptStepUpProof(tx, user.id, answer.weighed, challenge)
    : null
  if (!amr) return refuse.keeping(await countFailure(tx, caller, question, proof))
  closeChallenge(tx, question)
  if (proof.method === 'RECOVERY_CODE') await notifyOfRecoveryCodeUse(tx, user)
  return ok(await raiseSession(tx, { sessionId: caller.sessionId, amr, grant: answer.grant }))
}

const belongsTo = (question: Challenge | null, { userId, sessionId }: Caller): boolean =>
  question?.userId === userId && question.sessionId === sessionId

async function countFailure(
  tx: IdentityContext,
  caller: Caller,
  question: Challenge,
  proof: StepUpProof,
) {
  const { method } = proof
  const triesLeft = countWrongAnswer(tx, question, method === 'PASSKEY')
  await recordAudit(tx, {
    action: 'session.step_up_failed',
    workspaceId: null,
    outcome: 'refused',
    target: { type: 'session', id: caller.sessionId },
    details: { userId: caller.userId, method },
  })
  return stepUpRefused(method, triesLeft)
}

/**
 * Asks tenancy for the workspace of the caller's token, so that the new token is for the same one.
 * Where it can no longer be entered, the new token is for none: that is no reason to refuse a proof.
 */
async function sameWorkspace(
  ctx: IdentityContext,
  { userId, sessionId }: Caller,
  proof: StepUpProof,
): Promise<WorkspaceGrant | null> {
  const workspaceId = ctx.actor?.workspaceId
  if (!workspaceId) return null
  const session = await ctx.em.findOne(Session, { id: sessionId })
  if (!session || !isLive(session, ctx.clock.now())) throw unauthenticated('the session ended')
  const amr = [...session.amr, ...methodAmr(proof.method)]
  const grant = await requestWorkspaceGrant(ctx, { userId, amr }, workspaceId)
  return grant.ok ? grant.value : null
}
