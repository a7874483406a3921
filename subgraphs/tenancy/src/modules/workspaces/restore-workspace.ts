import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { isBeyondGrace } from './comeback-rules.ts'
import { enterFromOutside } from './enter-workspace.ts'
import { ScheduledPurge } from './scheduled-purge.entity.ts'
import type { Workspace } from './workspace.entity.ts'
import { type WorkspaceStatusError, workspaceStatusError } from './workspace.errors.ts'
import { assertTransition, canTransition } from './workspace-states.ts'

/**
 * Takes back the deletion of the workspace that `tx` is in (`inWorkspace`).
 * @throws AppError NOT_FOUND for who is no member of it and after the period of grace,
 * UNAUTHENTICATED, FORBIDDEN
 */
export async function restoreWorkspace(
  tx: TenancyContext,
): Promise<Result<Workspace, WorkspaceStatusError>> {
  const { workspace } = await enterFromOutside(tx, 'tenancy:workspace.delete')
  if (!canTransition(workspace.status, 'restore')) {
    return refuse(workspaceStatusError(workspace.status))
  }
  if (isBeyondGrace(workspace, tx)) throw notFound('workspace')
  workspace.status = assertTransition(workspace.status, 'restore')
  workspace.purgeAfter = null
  workspace.updatedAt = tx.clock.now()
  const { id } = workspace
  await tx.em.nativeDelete(ScheduledPurge, { workspaceId: id })
  await announce(tx, 'workspace.restored', { type: 'workspace', id }, { workspaceId: id })
  return ok(workspace)
}
