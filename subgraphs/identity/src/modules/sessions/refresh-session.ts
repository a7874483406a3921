import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { requestWorkspaceGrant } from '../tokens/request-workspace-grant.ts'
import type { WorkspaceGrant } from '../tokens/token-minter.ts'
import type { WorkspaceRefusal } from '../tokens/workspace-grant.errors.ts'
import { deliverRefreshToken } from './issue-refresh-token.ts'
import { findSessionOfToken, type PresentedRefreshToken } from './presented-refresh-token.ts'
import { rotateRefreshToken } from './rotate-refresh-token.ts'
import type { SessionEndedError } from './session.errors.ts'
import type { IssuedTokens } from './start-session.ts'

/** What a refresh may enter; null for a token that is neutral of workspaces. */
export type WorkspaceAnswer = Result<WorkspaceGrant | null, WorkspaceRefusal>

/**
 * Asks tenancy on behalf of a token's owner, before the transaction of the refresh. A token that
 * names no session asks nothing: the refresh itself will refuse it.
 */
export async function requestGrantForToken(
  ctx: IdentityContext,
  presented: PresentedRefreshToken,
  workspaceId: string | null | undefined,
): Promise<WorkspaceAnswer> {
  if (!workspaceId) return ok(null)
  const session = await findSessionOfToken(ctx, presented)
  return session ? requestWorkspaceGrant(ctx, session, workspaceId) : ok(null)
}

/**
 * Continues a session: its next refresh token, and an access token for the workspace asked for. A
 * refused workspace leaves the session as it was; there is no falling back to another.
 */
export async function refreshSession(
  tx: IdentityContext,
  input: { presented: PresentedRefreshToken; workspace: WorkspaceAnswer },
): Promise<Result<IssuedTokens, SessionEndedError | WorkspaceRefusal>> {
  const rotated = await rotateRefreshToken(tx, input.presented)
  if (!rotated.ok) return rotated
  if (!input.workspace.ok) return refuse(...input.workspace.errors)
  const { session, refreshToken } = rotated.value
  return ok({
    ...(await tx.tokens.forSession(session, input.workspace.value)),
    session,
    refreshToken: deliverRefreshToken(tx, session, refreshToken),
  })
}
