import { ok, type Result, refuse } from '@logicspike/errors'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { bumpEverybody } from '../epochs/bump-epochs.ts'
import { enterWorkspace } from './enter-workspace.ts'
import { ScheduledPurge } from './scheduled-purge.entity.ts'
import type { Workspace } from './workspace.entity.ts'
import { type WorkspaceStatusError, workspaceStatusError } from './workspace.errors.ts'
import { assertTransition, canTransition, workspaceStatuses } from './workspace-states.ts'

const DAY_MS = 86_400_000

/** Closes the workspace and schedules its erasure. @throws AppError UNAUTHENTICATED, FORBIDDEN */
export async function deleteWorkspace(
  tx: TenancyContext,
): Promise<Result<Workspace, WorkspaceStatusError>> {
  const { workspace } = await enterWorkspace(tx, 'tenancy:workspace.delete', workspaceStatuses)
  if (!canTransition(workspace.status, 'delete')) {
    return refuse(workspaceStatusError(workspace.status))
  }
  const { id } = workspace
  const now = tx.clock.now()
  const purgeAfter = new Date(now.getTime() + tx.config.limits.graceDays * DAY_MS)
  workspace.status = assertTransition(workspace.status, 'delete')
  workspace.purgeAfter = purgeAfter
  workspace.updatedAt = now
  tx.em.persist(tx.em.create(ScheduledPurge, { workspaceId: id, purgeAfter }))
  await bumpEverybody(tx)
  await announce(
    tx,
    'workspace.deleted',
    { type: 'workspace', id },
    {
      workspaceId: id,
      purgeAfter: purgeAfter.toISOString(),
    },
  )
  return ok(workspace)
}
