import { ok, type Result, refuse, unauthenticated } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { Session } from '../sessions/session.entity.ts'
import { sessionAsProven } from '../sessions/session-as-proven.ts'
import { isLive } from '../sessions/session-rules.ts'
import type { IssuedTokens } from '../sessions/start-session.ts'
import { requireCaller } from '../users/current-user.ts'
import { requestWorkspaceGrant } from './request-workspace-grant.ts'
import type { WorkspaceRefusal } from './workspace-grant.errors.ts'

/**
 * An access token for a workspace in the caller's session, for one tab; other tabs keep theirs.
 * It ends when the presented one does. Nothing is written, so that no transaction is open while tenancy is asked.
 * @throws AppError UNAUTHENTICATED where the session is no longer live
 */
export async function switchWorkspace(
  ctx: IdentityContext,
  input: { workspaceId: string },
): Promise<Result<IssuedTokens, WorkspaceRefusal>> {
  const { sessionId } = requireCaller(ctx)
  const session = await ctx.em.findOne(Session, { id: sessionId })
  const proven = session && ctx.actor && sessionAsProven(session, ctx.actor)
  if (!proven || !isLive(proven, ctx.clock.now())) throw unauthenticated('the session ended')
  const grant = await requestWorkspaceGrant(ctx, proven, input.workspaceId)
  if (!grant.ok) return refuse(...grant.errors)
  const minted = await ctx.tokens.forSession(proven, grant.value)
  return ok({ ...minted, session, refreshToken: null })
}
