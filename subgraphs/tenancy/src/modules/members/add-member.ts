import { advisoryLock } from '@logicspike/database'
import { internal, ok, type Result, refuse } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import type { Role } from '../roles/role.entity.ts'
import {
  type WorkspaceLimitReachedError,
  workspaceLimitReached,
} from '../workspaces/workspace.errors.ts'
import { Member } from './member.entity.ts'
import { countMembershipsOfUser } from './member.repository.ts'

/**
 * Makes the caller a member of the workspace that `tx` is in. `tx` comes from `inWorkspace`, as
 * only that sees how many workspaces the caller is in. Whoever calls it has decided that they may
 * join, holds the workspace's lock, and knows that they are no member yet.
 */
export async function addMember(
  tx: TenancyContext,
  userId: IdOf<'user'>,
  role: Pick<Role, 'id'>,
): Promise<Result<Member, WorkspaceLimitReachedError>> {
  if (tx.actor?.userId !== userId) throw internal('people join for themselves only')
  await advisoryLock(tx.em, 'tenancy.user', userId)
  const limit = tx.config.limits.workspacesPerUser
  if ((await countMembershipsOfUser(tx, userId)) >= limit)
    return refuse(workspaceLimitReached(limit))

  const tenantId = currentWorkspaceId(tx)
  const member = tx.em.create(Member, {
    id: tx.ids('member'),
    tenantId,
    userId,
    roleId: role.id,
    joinedAt: tx.clock.now(),
  })
  tx.em.persist(member)
  await announce(
    tx,
    'member.joined',
    { type: 'member', id: member.id },
    {
      workspaceId: tenantId,
      memberId: member.id,
      userId,
      roleId: role.id,
    },
  )
  return ok(member)
}
