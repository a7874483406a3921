import { ok, type Result, refuse } from '@logicspike/errors'
import { parseId } from '@logicspike/ids'
import { describeMembership } from '@logicspike/internal-api'
import type { IdentityContext } from '../../context.ts'
import { usedSecondFactor } from '../sessions/authentication-methods.ts'
import type { Session } from '../sessions/session.entity.ts'
import type { WorkspaceGrant } from './token-minter.ts'
import {
  mfaRequired,
  type WorkspaceRefusal,
  workspaceNotAccessible,
  workspaceSuspended,
} from './workspace-grant.errors.ts'

/**
 * Asks tenancy what the owner of a session may do in a workspace. To be called at every mint and
 * outside any transaction; the answer is never kept. A workspace that asks for a second factor is
 * entered by sessions that have used one, not by users who merely have one.
 * @throws AppError UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT: without an answer nobody gets in
 */
export async function requestWorkspaceGrant(
  ctx: Pick<IdentityContext, 'em' | 'tenancy' | 'requestId'>,
  session: Pick<Session, 'userId' | 'amr'>,
  workspace: string,
): Promise<Result<WorkspaceGrant, WorkspaceRefusal>> {
  const workspaceId = parseId('workspace', workspace)
  if (!workspaceId) return refuse(workspaceNotAccessible())
  const membership = await ctx.tenancy.call(
    describeMembership,
    { userId: session.userId, workspaceId },
    { requestId: ctx.requestId },
  )
  switch (membership.status) {
    case 'not-member':
    case 'deleted':
      return refuse(workspaceNotAccessible())
    case 'suspended':
      return refuse(workspaceSuspended())
    case 'active': {
      if (membership.requiresMfa && !usedSecondFactor(session.amr)) return refuse(mfaRequired())
      const { permissions, services, epoch } = membership
      return ok({ workspaceId, permissions, services, epoch })
    }
  }
}
