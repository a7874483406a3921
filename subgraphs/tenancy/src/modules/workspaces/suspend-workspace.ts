import { ok, type Result, refuse } from '@logicspike/errors'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { bumpEverybody } from '../epochs/bump-epochs.ts'
import { enterWorkspace } from './enter-workspace.ts'
import type { Workspace } from './workspace.entity.ts'
import { type WorkspaceStatusError, workspaceStatusError } from './workspace.errors.ts'
import { assertTransition, canTransition, workspaceStatuses } from './workspace-states.ts'

/** Closes the workspace to everybody until it is resumed. @throws AppError UNAUTHENTICATED, FORBIDDEN */
export async function suspendWorkspace(
  tx: TenancyContext,
): Promise<Result<Workspace, WorkspaceStatusError>> {
  const { workspace } = await enterWorkspace(tx, 'tenancy:workspace.suspend', workspaceStatuses)
  if (!canTransition(workspace.status, 'suspend')) {
    return refuse(workspaceStatusError(workspace.status))
  }
  workspace.status = assertTransition(workspace.status, 'suspend')
  workspace.updatedAt = tx.clock.now()
  await bumpEverybody(tx)
  const { id } = workspace
  await announce(tx, 'workspace.suspended', { type: 'workspace', id }, { workspaceId: id })
  return ok(workspace)
}
