import { conflict } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import { describeUsers } from '@logicspike/internal-api'
import { requireUser } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { findRole } from '../roles/role.repository.ts'
import { findMember, findMemberOfUser, listOwners } from './member.repository.ts'

/** Who can sign in, as identity said before the transaction; nothing about users not asked for. */
export type SignInAbility = ReadonlyMap<IdOf<'user'>, boolean>

/** The most users that identity describes at a time. */
const BATCH = 100

/** Asks identity which of the users can sign in. @throws AppError UPSTREAM_… */
export async function askSignInAbility(
  ctx: Pick<TenancyContext, 'internal' | 'requestId'>,
  userIds: readonly IdOf<'user'>[],
): Promise<SignInAbility> {
  const able = new Set<string>()
  for (let start = 0; start < userIds.length; start += BATCH) {
    const batch = userIds.slice(start, start + BATCH)
    const { requestId } = ctx
    const users = await ctx.internal.call(describeUsers, { userIds: batch }, { requestId })
    for (const { id, canSignIn } of users) if (canSignIn) able.add(id)
  }
  return new Map(userIds.map((userId) => [userId, able.has(userId)]))
}

/**
 * What must be known before a member may lose their role: for an Owner, which Owners can sign in;
 * for anybody else nothing, and identity is not asked. To be called before the transaction.
 * @param memberId the member; the caller's own when null
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, UPSTREAM_…
 */
export async function askAboutOwners(
  ctx: TenancyContext,
  memberId: string | null,
): Promise<SignInAbility> {
  const { userId } = requireUser(ctx)
  const member =
    memberId === null ? await findMemberOfUser(ctx, userId) : await findMember(ctx, memberId)
  const role = member && (await findRole(ctx, member.roleId))
  return role?.template === 'owner' ? askSignInAbility(ctx, await listOwners(ctx)) : new Map()
}

/**
 * Whether an Owner who can sign in remains when one goes. Callers hold the workspace's lock.
 * @throws AppError CONFLICT where that depends on Owners who came after identity was asked
 */
export async function keepsAnOwner(
  tx: TenancyContext,
  leaving: IdOf<'user'>,
  ability: SignInAbility,
): Promise<boolean> {
  const others = (await listOwners(tx)).filter((userId) => userId !== leaving)
  if (others.some((userId) => ability.get(userId))) return true
  if (others.some((userId) => !ability.has(userId))) throw conflict('the owners have changed')
  return false
}
