import { inTransaction } from '@logicspike/database'
import { AppError, ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import { releaseUser } from '@logicspike/internal-api'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import {
  type ReauthenticationRequiredError,
  requireRecentAuthentication,
} from '../sign-in/require-recent-authentication.ts'
import { assertTransition } from './account-states.ts'
import { lockCurrentUser, requireCaller } from './current-user.ts'
import { normalizeEmail } from './email-address.ts'
import { finishClosing } from './finish-closing.ts'
import type { User } from './user.entity.ts'
import { type OwnedWorkspace, type SoleOwnerError, soleOwner } from './user.errors.ts'
import { lockUser } from './user.repository.ts'

export type ClosedState = NonNullable<User['closingTo']>
export type ClosingProgress = 'DONE' | 'UNDER_WAY'
type Failure = InvalidInputError | ReauthenticationRequiredError | SoleOwnerError

/**
 * Closes the caller's account in three steps, each safe to repeat, so that a crash between any two
 * leaves nothing half done: the job `resume-closing-accounts` goes on where this stopped.
 *
 * 1. Mark it as closing. Nobody can sign in any more, so nobody counts on this Owner.
 * 2. Ask tenancy to end its memberships, all or none. The only Owner of a workspace is refused, and
 *    the mark is taken back. Of two Owners who leave at once at least one is marked when the other
 *    is counted, so not both get away.
 * 3. End sessions, and deactivate or erase.
 * @throws AppError UNAUTHENTICATED
 */
export async function closeAccount(
  ctx: IdentityContext,
  input: { email: string },
  to: ClosedState,
): Promise<Result<ClosingProgress, Failure>> {
  const { userId } = requireCaller(ctx)
  const marked = await inTransaction(ctx, (tx) => markClosing(tx, input, to))
  if (!marked.ok) return marked
  const soleOwnerOf = await releaseFromWorkspaces(ctx, userId)
  if (soleOwnerOf === 'unknown') return ok('UNDER_WAY')
  if (soleOwnerOf.length > 0) {
    await inTransaction(ctx, (tx) => keepOpen(tx, userId))
    return refuse(soleOwner(soleOwnerOf))
  }
  return inTransaction(ctx, async (tx) => {
    await finishClosing(tx, userId)
    return ok('DONE')
  })
}

async function markClosing(
  tx: IdentityContext,
  input: { email: string },
  to: ClosedState,
): Promise<Result<null, InvalidInputError | ReauthenticationRequiredError>> {
  const stale = requireRecentAuthentication(tx)
  if (stale) return refuse(stale)
  const user = await lockCurrentUser(tx)
  if (normalizeEmail(input.email) !== user.email) {
    return refuse(invalidInput('Type the address of your account.', 'email'))
  }
  assertTransition(user.status, 'closing')
  user.status = 'closing'
  user.closingTo = to
  user.closingSince = tx.clock.now()
  await recordAudit(tx, {
    action: 'user.closing_begun',
    workspaceId: null,
    target: { type: 'user', id: user.id },
    details: { to },
  })
  return ok(null)
}

/**
 * Asks tenancy to let go of a user who is marked as closing.
 * @returns workspaces that stand in the way, none where it is done, or `unknown` where tenancy
 *   cannot be asked, or may have done it without our hearing of it
 */
export async function releaseFromWorkspaces(
  ctx: Pick<IdentityContext, 'tenancy' | 'requestId' | 'log'>,
  userId: string,
): Promise<readonly OwnedWorkspace[] | 'unknown'> {
  try {
    const { requestId } = ctx
    const answer = await ctx.tenancy.call(releaseUser, { userId }, { requestId })
    return answer.released ? [] : answer.soleOwnerOf
  } catch (error) {
    if (!(error instanceof AppError) || !passing.has(error.code)) throw error
    ctx.log.warn({ err: error }, 'an account cannot be closed yet')
    return 'unknown'
  }
}

const passing: ReadonlySet<string> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'SERVICE_UNAVAILABLE',
])

/** Takes the mark back: the account is as it was before. */
export async function keepOpen(
  tx: IdentityContext,
  userId: string,
): Promise<Result<User | null, never>> {
  const user = await lockUser(tx, userId)
  if (user?.status !== 'closing') return ok(null)
  user.status = 'active'
  user.closingTo = null
  user.closingSince = null
  await recordAudit(tx, {
    action: 'user.closing_refused',
    outcome: 'refused',
    workspaceId: null,
    target: { type: 'user', id: user.id },
    details: { reason: 'sole-owner' },
  })
  return ok(user)
}
