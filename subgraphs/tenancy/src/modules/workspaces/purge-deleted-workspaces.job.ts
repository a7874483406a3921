import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import { announce } from '../../announce.ts'
import { inWorkspace, type TenancyContext } from '../../context.ts'
import { Member } from '../members/member.entity.ts'
import { Role } from '../roles/role.entity.ts'
import { lockWorkspace } from './enter-workspace.ts'
import { ScheduledPurge } from './scheduled-purge.entity.ts'
import { releaseAllSlugs } from './slug.repository.ts'

/** Workspaces of one run; the next run takes the next ones. */
const BATCH = 100

/**
 * Erases the workspaces whose period of grace is over, each in a transaction of its own and with
 * the rights inside that workspace only.
 * @returns how many were erased
 */
export async function purgeDeletedWorkspaces(ctx: TenancyContext): Promise<number> {
  const due = await ctx.em.find(
    ScheduledPurge,
    { purgeAfter: { $lte: ctx.clock.now() } },
    { orderBy: { purgeAfter: 'asc' }, limit: BATCH },
  )
  let purged = 0
  for (const { workspaceId } of due) {
    const result = await inTransaction(inWorkspace(ctx, workspaceId), async (tx) =>
      ok(await purge(tx, workspaceId)),
    )
    if (result.ok && result.value) purged += 1
  }
  return purged
}

/** @returns whether it was there to be erased; another process may have come first */
async function purge(tx: TenancyContext, workspaceId: IdOf<'workspace'>): Promise<boolean> {
  const workspace = await lockWorkspace(tx)
  const isDue = workspace?.purgeAfter && workspace.purgeAfter <= tx.clock.now()
  if (workspace?.status !== 'deleted' || !isDue) return false
  await announce(tx, 'workspace.purged', { type: 'workspace', id: workspaceId }, { workspaceId })
  await releaseAllSlugs(tx, workspaceId, tx.config.limits.slugHoldDays)
  await tx.em.nativeDelete(ScheduledPurge, { workspaceId })
  await tx.em.nativeDelete(Member, { tenantId: workspaceId })
  await tx.em.nativeDelete(Role, { tenantId: workspaceId })
  // Every other table of the workspace refers to this row and goes with it (on delete cascade).
  tx.em.remove(workspace)
  await tx.em.flush()
  return true
}
