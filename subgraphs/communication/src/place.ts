import {
  guardedPolicies,
  type RowLevelSecurity,
  sessionValue,
  sessionVariables,
} from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from './context.ts'

/**
 * Where rows of this service are: in a workspace, or, where it is null, with one person alone. Both
 * are given where a person's rows in a workspace are meant.
 */
export type Place = {
  readonly workspaceId: IdOf<'workspace'> | null
  readonly userId: IdOf<'user'> | null
}

const rule = `tenant_id = ${sessionValue('tenantId')} or (tenant_id is null and user_id = ${sessionValue('userId')})`

/** For entities with a nullable `tenantId` and `userId`: rows without a workspace are their person's. */
export const placePolicies = (): RowLevelSecurity =>
  guardedPolicies({ readable: rule, writable: rule })

/** The same work in another place. Whoever calls it answers for the right to be there. */
export const inPlace = (ctx: CommunicationContext, place: Place): CommunicationContext => ({
  ...ctx,
  em: ctx.openEm({ tenantId: place.workspaceId, userId: place.userId }),
  workspaceId: place.workspaceId,
})

/**
 * Moves a running transaction to another place: one event may tell several people, each in an inbox
 * of their own, and all of it is written or none. Row-level security stays on.
 */
export async function switchPlace(
  tx: CommunicationContext,
  place: Place,
): Promise<CommunicationContext> {
  await tx.em.flush()
  await tx.em.execute('select set_config(?, ?, true), set_config(?, ?, true)', [
    ...[sessionVariables.tenantId, place.workspaceId ?? ''],
    ...[sessionVariables.userId, place.userId ?? ''],
  ])
  return { ...tx, workspaceId: place.workspaceId }
}
