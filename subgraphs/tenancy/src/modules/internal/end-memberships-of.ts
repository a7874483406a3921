import { advisoryLock, inTransaction } from '@logicspike/database'
import { conflict, ok, type Result, refuse } from '@logicspike/errors'
import { type IdOf, parseId } from '@logicspike/ids'
import type { InputOf, OutputOf, releaseUser } from '@logicspike/internal-api'
import { amongWorkspacesOf, inWorkspace, type TenancyContext } from '../../context.ts'
import { switchTenant } from '../../tenant-switch.ts'
import type { Member } from '../members/member.entity.ts'
import { findMemberOfUser, listOwners, listOwnMemberships } from '../members/member.repository.ts'
import { endMembership } from '../members/remove-member.ts'
import { roleOf } from '../members/role-of.ts'
import { askSignInAbility, keepsAnOwner, type SignInAbility } from '../members/sign-in-ability.ts'
import { lockWorkspace } from '../workspaces/enter-workspace.ts'

type Answer = OutputOf<typeof releaseUser>
type Owned = { readonly id: IdOf<'workspace'>; readonly name: string }

/**
 * Ends every membership of a person whose account closes, all or none. Refused while they are the
 * only Owner who can sign in of a workspace; deleted workspaces stand in nobody's way.
 * @throws AppError CONFLICT where they join a workspace meanwhile; ask again
 */
export async function endMembershipsOf(
  ctx: TenancyContext,
  question: InputOf<typeof releaseUser>,
): Promise<Answer> {
  const userId = parseId('user', question.userId)
  if (!userId) return { released: true }
  const own = amongWorkspacesOf(ctx, userId)
  const memberships = await listOwnMemberships(own, userId, null)
  const workspaceIds = memberships.map(({ tenantId }) => tenantId).sort()
  const ability = await askAboutCoOwners(ctx, userId, workspaceIds)
  const result = await inTransaction(own, (tx) => endAll(tx, userId, workspaceIds, ability))
  return result.ok ? { released: true } : { released: false, soleOwnerOf: [...result.errors] }
}

/** Which of all the other Owners can sign in, asked before anything is locked. */
async function askAboutCoOwners(
  ctx: TenancyContext,
  userId: IdOf<'user'>,
  workspaceIds: readonly IdOf<'workspace'>[],
): Promise<SignInAbility> {
  const owners = new Set<IdOf<'user'>>()
  for (const workspaceId of workspaceIds) {
    for (const owner of await listOwners(inWorkspace(ctx, workspaceId))) owners.add(owner)
  }
  owners.delete(userId)
  return askSignInAbility(ctx, [...owners])
}

/** Workspaces are locked in order of id, so that two such transactions never wait for each other. */
async function endAll(
  tx: TenancyContext,
  userId: IdOf<'user'>,
  workspaceIds: readonly IdOf<'workspace'>[],
  ability: SignInAbility,
): Promise<Result<null, Owned>> {
  const soleOwnerOf: Owned[] = []
  for (const workspaceId of workspaceIds) {
    const inside = await switchTenant(tx, workspaceId)
    const owned = await endOne(inside, userId, ability)
    if (owned) soleOwnerOf.push(owned)
  }
  // Joining takes the same lock, so nobody slips into one more workspace behind our back.
  await advisoryLock(tx.em, 'tenancy.user', userId)
  await tx.em.flush()
  const left = await listOwnMemberships(tx, userId, null)
  const kept = new Set<string>(soleOwnerOf.map(({ id }) => id))
  if (left.some(({ tenantId }) => !kept.has(tenantId))) throw conflict('another membership began')
  return soleOwnerOf.length > 0 ? refuse(...soleOwnerOf) : ok(null)
}

/** @returns the workspace, where the person cannot be spared there */
async function endOne(
  tx: TenancyContext,
  userId: IdOf<'user'>,
  ability: SignInAbility,
): Promise<Owned | null> {
  const workspace = await lockWorkspace(tx)
  const member = await findMemberOfUser(tx, userId)
  if (!workspace || !member) return null
  if (workspace.status !== 'deleted' && !(await canBeSpared(tx, member, ability))) {
    return { id: workspace.id, name: workspace.name }
  }
  await endMembership(tx, member, 'account-closed')
  return null
}

const canBeSpared = async (
  tx: TenancyContext,
  member: Member,
  ability: SignInAbility,
): Promise<boolean> =>
  (await roleOf(tx, member)).template !== 'owner' || keepsAnOwner(tx, member.userId, ability)
