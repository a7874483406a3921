import { isId } from '@logicspike/ids'
import { filterMembers } from '@logicspike/internal-api'
import DataLoader from 'dataloader'
import type { IdentityContext } from '../../context.ts'
import { User } from './user.entity.ts'

/** Reads users of a request together, and only those that its caller may see. */
export type UserLoader = {
  /** Null where there is no such user for this caller. */
  load(id: string): Promise<User | null>
}

type Reading = Pick<IdentityContext, 'em' | 'actor' | 'tenancy' | 'requestId'>

/** As many as tenancy answers for at a time. */
const MAX_BATCH = 100

/**
 * People exist for themselves, and for members of the workspace of the caller's token if they are
 * members too. Whether they are is asked of tenancy, once for all users of a request.
 */
export function createUserLoader(ctx: Reading): UserLoader {
  return new DataLoader<string, User | null>((ids) => readVisible(ctx, ids), {
    maxBatchSize: MAX_BATCH,
  })
}

async function readVisible(ctx: Reading, ids: readonly string[]): Promise<(User | null)[]> {
  const visible = await filterVisible(ctx, ids)
  const found = await ctx.em.find(User, {
    id: { $in: visible },
    status: { $ne: 'deleted' },
  })
  const byId = new Map<string, User>(found.map((user) => [user.id, user]))
  return ids.map((id) => byId.get(id) ?? null)
}

async function filterVisible(ctx: Reading, ids: readonly string[]): Promise<User['id'][]> {
  const wellFormed = ids.filter((id): id is User['id'] => isId('user', id))
  const self = wellFormed.filter((id) => id === ctx.actor?.userId)
  const others = wellFormed.filter((id) => id !== ctx.actor?.userId)
  return [...self, ...(await filterFellowMembers(ctx, others))]
}

async function filterFellowMembers(
  { actor, tenancy, requestId }: Reading,
  ids: readonly User['id'][],
): Promise<User['id'][]> {
  if (!actor?.userId || !actor.workspaceId || ids.length === 0) return []
  const userIds = [...ids]
  const question = { workspaceId: actor.workspaceId, userIds }
  const members = new Set(await tenancy.call(filterMembers, question, { requestId }))
  return userIds.filter((id) => members.has(id))
}
