import type { PlatformPermission } from '@logicspike/auth'
import { lockRow } from '@logicspike/database'
import { forbidden, notFound } from '@logicspike/errors'
import { currentWorkspaceId, requirePermission, requireUser } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { type ActingMember, readActingMember } from '../members/acting-member.ts'
import { may } from '../members/member-rules.ts'
import { meetsPolicy } from './comeback-rules.ts'
import { Workspace } from './workspace.entity.ts'
import type { WorkspaceStatus } from './workspace-states.ts'

/** A workspace held against everybody else until the transaction ends, and who holds it. */
export type Entered = { readonly workspace: Workspace; readonly acting: ActingMember }

/**
 * How every change inside a workspace begins. The lock on the workspace's row comes first, always,
 * and is the only one: what is read afterwards stays true until the commit, and no two changes can
 * wait for each other. Then the database says again who acts: the token may be minutes old.
 * @param statuses in which the workspace may be; what only the action knows, it says by itself
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (no permission, no member, workspace closed)
 */
export async function enterWorkspace(
  tx: TenancyContext,
  permission: PlatformPermission,
  statuses: readonly WorkspaceStatus[] = ['active'],
): Promise<Entered> {
  requirePermission(tx, permission)
  const entered = await enterAsMember(tx, statuses)
  if (!may(entered.acting, permission)) throw forbidden(`the role lacks ${permission}`)
  return entered
}

/**
 * The same for what any member may do, such as leaving.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export async function enterAsMember(
  tx: TenancyContext,
  statuses: readonly WorkspaceStatus[] = ['active'],
): Promise<Entered> {
  requireUser(tx)
  const workspace = await lockWorkspace(tx)
  if (!workspace || !statuses.includes(workspace.status)) throw forbidden('the workspace is closed')
  const acting = await readActingMember(tx)
  if (!acting) throw forbidden('no member of the workspace any more')
  return { workspace, acting }
}

/**
 * For a closed workspace, which no token can be minted for: the caller comes with any token of
 * theirs, and their role decides alone. `tx` comes from `inWorkspace`.
 * @throws AppError NOT_FOUND for who is no member, as for a workspace that does not exist; FORBIDDEN
 */
export async function enterFromOutside(
  tx: TenancyContext,
  permission: PlatformPermission,
): Promise<Entered> {
  requireUser(tx)
  const workspace = await lockWorkspace(tx)
  const acting = workspace && (await readActingMember(tx))
  if (!workspace || !acting) throw notFound('workspace')
  if (!meetsPolicy(workspace, tx)) throw forbidden('no second factor used')
  if (!may(acting, permission)) throw forbidden(`the role lacks ${permission}`)
  return { workspace, acting }
}

/** The workspace's row, locked; null where it does not exist. */
export const lockWorkspace = (tx: TenancyContext): Promise<Workspace | null> =>
  lockRow(tx.em, Workspace, { id: currentWorkspaceId(tx) })
