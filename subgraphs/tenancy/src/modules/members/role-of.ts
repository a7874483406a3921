import { internal } from '@logicspike/errors'
import type { TenancyContext } from '../../context.ts'
import type { Role } from '../roles/role.entity.ts'
import { findRole } from '../roles/role.repository.ts'
import type { Member } from './member.entity.ts'

/** The role a member holds; a foreign key says that it exists. */
export async function roleOf(
  ctx: Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>,
  member: Pick<Member, 'id' | 'roleId'>,
): Promise<Role> {
  const role = await findRole(ctx, member.roleId)
  if (!role) throw internal(`member ${member.id} holds no role`)
  return role
}
