import { sessionVariables } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import type { TenancyContext } from './context.ts'

/**
 * Moves a running transaction into another workspace. Only closing an account needs this: all
 * memberships of one person end together or none does, and they are in many workspaces. Row-level
 * security stays on and shows one workspace at a time.
 */
export async function switchTenant(
  tx: TenancyContext,
  workspaceId: IdOf<'workspace'>,
): Promise<TenancyContext & { readonly workspaceId: IdOf<'workspace'> }> {
  await tx.em.flush()
  await tx.em.execute('select set_config(?, ?, true)', [sessionVariables.tenantId, workspaceId])
  return { ...tx, workspaceId }
}
