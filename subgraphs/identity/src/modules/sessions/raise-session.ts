import { unauthenticated } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import type { IdentityContext } from '../../context.ts'
import type { WorkspaceGrant } from '../tokens/token-minter.ts'
import { deliverRefreshToken, issueRefreshToken } from './issue-refresh-token.ts'
import { RefreshToken } from './refresh-token.entity.ts'
import { familyHash, newFamily } from './refresh-token.ts'
import { lockSession } from './session.repository.ts'
import { isLive } from './session-rules.ts'
import type { IssuedTokens } from './start-session.ts'

/**
 * Records that the owner of a session proved more (step-up), and gives it tokens that say so. The
 * refresh token of before is dead and has no successor to be replayed: whoever planted or copied it
 * gains nothing from the owner's proof (ASVS 7.2.4).
 * @param input.grant the workspace that the new access token is for, as tenancy granted it
 * @throws AppError UNAUTHENTICATED where the session is no longer live
 */
export async function raiseSession(
  tx: IdentityContext,
  input: {
    sessionId: string
    amr: readonly string[]
    authTime?: Date
    grant?: WorkspaceGrant | null
  },
): Promise<IssuedTokens> {
  const session = await lockSession(tx, input.sessionId)
  const now = tx.clock.now()
  if (!session || !isLive(session, now)) throw unauthenticated('step-up of a session that ended')
  const family = newFamily(tx.random)
  session.amr = [...new Set([...session.amr, ...input.amr])].sort()
  session.authTime = input.authTime ?? now
  session.familyHash = familyHash(family)
  await tx.em.nativeUpdate(
    RefreshToken,
    { session: session.id, consumedAt: null },
    { consumedAt: now },
  )
  const refreshToken = issueRefreshToken(tx, session, family)
  await recordAudit(tx, {
    action: 'session.raised',
    workspaceId: null,
    target: { type: 'session', id: session.id },
    details: { userId: session.userId, amr: session.amr },
  })
  return {
    ...(await tx.tokens.forSession(session, input.grant)),
    session,
    refreshToken: deliverRefreshToken(tx, session, refreshToken),
  }
}
