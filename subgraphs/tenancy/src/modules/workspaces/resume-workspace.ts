import { ok, type Result, refuse } from '@logicspike/errors'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { enterFromOutside } from './enter-workspace.ts'
import type { Workspace } from './workspace.entity.ts'
import { type WorkspaceStatusError, workspaceStatusError } from './workspace.errors.ts'
import { assertTransition, canTransition } from './workspace-states.ts'

/**
 * Opens the suspended workspace that `tx` is in (`inWorkspace`).
 * @throws AppError NOT_FOUND for who is no member of it, UNAUTHENTICATED, FORBIDDEN
 */
export async function resumeWorkspace(
  tx: TenancyContext,
): Promise<Result<Workspace, WorkspaceStatusError>> {
  const { workspace } = await enterFromOutside(tx, 'tenancy:workspace.suspend')
  if (!canTransition(workspace.status, 'resume')) {
    return refuse(workspaceStatusError(workspace.status))
  }
  workspace.status = assertTransition(workspace.status, 'resume')
  workspace.updatedAt = tx.clock.now()
  const { id } = workspace
  await announce(tx, 'workspace.resumed', { type: 'workspace', id }, { workspaceId: id })
  return ok(workspace)
}
