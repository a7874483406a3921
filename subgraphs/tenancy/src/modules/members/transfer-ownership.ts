import { conflict, forbidden, notFound, ok, type Result, refuse } from '@logicspike/errors'
import { requirePermission } from '@logicspike/subgraph-kit'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { findTemplateRole } from '../roles/role.repository.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import type { Workspace } from '../workspaces/workspace.entity.ts'
import { giveRole } from './change-member-role.ts'
import type { Member } from './member.entity.ts'
import { type MemberCannotSignInError, memberCannotSignIn } from './member.errors.ts'
import { findMember } from './member.repository.ts'
import { mayTransferOwnership } from './member-rules.ts'
import { askSignInAbility, type SignInAbility } from './sign-in-ability.ts'

type Transferred = { readonly workspace: Workspace; readonly owner: Member }

/** Whether the future Owner can sign in. To be called before the transaction. */
export async function askAboutNewOwner(
  ctx: TenancyContext,
  input: { readonly memberId: string },
): Promise<SignInAbility> {
  requirePermission(ctx, 'tenancy:workspace.transfer')
  const member = await findMember(ctx, input.memberId)
  return askSignInAbility(ctx, member ? [member.userId] : [])
}

/**
 * Makes another member Owner and the caller Admin, both or neither.
 * @param ability from `askAboutNewOwner`
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (only an Owner gives ownership away), NOT_FOUND, CONFLICT
 */
export async function transferOwnership(
  tx: TenancyContext,
  input: { readonly memberId: string },
  ability: SignInAbility,
): Promise<Result<Transferred, InvalidInputError | MemberCannotSignInError>> {
  const { workspace, acting } = await enterWorkspace(tx, 'tenancy:workspace.transfer')
  if (!mayTransferOwnership(acting)) throw forbidden('only an Owner gives ownership away')
  const owner = await findMember(tx, input.memberId)
  if (!owner) throw notFound('member')
  if (owner.id === acting.member.id) {
    return refuse(invalidInput('You are the Owner already. Name another member.', 'memberId'))
  }
  const able = ability.get(owner.userId)
  if (able === undefined) throw conflict('the member joined after identity was asked')
  if (!able) return refuse(memberCannotSignIn())

  const ownerRole = await findTemplateRole(tx, 'owner')
  if (owner.roleId !== ownerRole.id) await giveRole(tx, owner, ownerRole)
  await giveRole(tx, acting.member, await findTemplateRole(tx, 'admin'))
  const { id } = workspace
  await announce(
    tx,
    'workspace.ownership_transferred',
    { type: 'workspace', id },
    {
      workspaceId: id,
      fromUserId: acting.member.userId,
      toUserId: owner.userId,
    },
  )
  return ok({ workspace, owner })
}
