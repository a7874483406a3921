import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import type { TenancyContext } from '../../context.ts'
import { enterAsMember } from '../workspaces/enter-workspace.ts'
import { type LastOwnerError, lastOwner } from './member.errors.ts'
import { endMembership } from './remove-member.ts'
import { keepsAnOwner, type SignInAbility } from './sign-in-ability.ts'

/**
 * Ends the caller's own membership. Nobody needs a permission to go.
 * @param ability from `askAboutOwners`, before the transaction
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, CONFLICT
 */
export async function leaveWorkspace(
  tx: TenancyContext,
  ability: SignInAbility,
): Promise<Result<IdOf<'workspace'>, LastOwnerError>> {
  const { workspace, acting } = await enterAsMember(tx)
  const { member, role } = acting
  if (role.template === 'owner' && !(await keepsAnOwner(tx, member.userId, ability))) {
    return refuse(lastOwner())
  }
  await endMembership(tx, member, 'leaving')
  return ok(workspace.id)
}
