import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { countOpenInvitations } from '../invitations/invitation.repository.ts'
import type { RoleOutOfReachError } from '../members/member.errors.ts'
import { countHolders } from '../members/member.repository.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import { type RoleInUseError, roleInUse, type TemplateRoleError } from './role.errors.ts'
import { reachRole } from './update-role.ts'

/** Deletes a custom role that nobody holds or is offered. @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND */
export async function deleteRole(
  tx: TenancyContext,
  input: { readonly id: string },
): Promise<Result<IdOf<'role'>, RoleInUseError | RoleOutOfReachError | TemplateRoleError>> {
  const entered = await enterWorkspace(tx, 'tenancy:roles.manage')
  const reached = await reachRole(tx, entered, input.id)
  if (!reached.ok) return reached
  const role = reached.value
  const memberCount = await countHolders(tx, role.id)
  const isOffered = (await countOpenInvitations(tx, role.id)) > 0
  if (memberCount > 0 || isOffered) return refuse(roleInUse(memberCount))
  const { id, tenantId, name } = role
  tx.em.remove(role)
  await announce(
    tx,
    'role.deleted',
    { type: 'role', id },
    {
      workspaceId: tenantId,
      roleId: id,
      name,
    },
  )
  return ok(id)
}
