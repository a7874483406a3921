import type { IdOf } from '@logicspike/ids'
import type { PageRequest } from '@logicspike/subgraph-kit'
import { ofWorkspace } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { Invitation } from './invitation.entity.ts'
import { assertTransition, statusAt } from './invitation-states.ts'

type Reading = Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>
type Writing = Reading & Pick<TenancyContext, 'clock'>

export const findInvitation = (ctx: Reading, id: string): Promise<Invitation | null> =>
  ctx.em.findOne(Invitation, { ...ofWorkspace(ctx), id: id as IdOf<'invitation'> })

export const findInvitationByTokenHash = (
  ctx: Reading,
  tokenHash: string,
): Promise<Invitation | null> => ctx.em.findOne(Invitation, { ...ofWorkspace(ctx), tokenHash })

/** What a repeated request has made before. */
export const findInvitationByCreationKey = (
  ctx: Reading,
  inviterId: IdOf<'member'>,
  creationKey: string,
): Promise<Invitation | null> =>
  ctx.em.findOne(Invitation, { ...ofWorkspace(ctx), inviterId, creationKey })

/** All invitations, whatever became of them, in order of creation. */
export const listInvitations = (
  ctx: Reading,
  { limit, afterId }: PageRequest,
): Promise<Invitation[]> =>
  ctx.em.find(
    Invitation,
    {
      ...ofWorkspace(ctx),
      ...(afterId !== null && { id: { $gt: afterId as IdOf<'invitation'> } }),
    },
    { orderBy: { id: 'asc' }, limit },
  )

/** How many open invitations offer the role; while there are any, it is in use. */
export const countOpenInvitations = (ctx: Writing, roleId: IdOf<'role'>): Promise<number> =>
  ctx.em.count(Invitation, {
    ...ofWorkspace(ctx),
    roleId,
    status: 'pending',
    expiresAt: { $gt: ctx.clock.now() },
  })

/**
 * The open invitation of an address, or null. One whose time is over is marked as expired, so that
 * the address is free again; callers hold the workspace's lock.
 */
export async function findOpenInvitation(tx: Writing, email: string): Promise<Invitation | null> {
  const invitation = await tx.em.findOne(Invitation, {
    ...ofWorkspace(tx),
    email,
    status: 'pending',
  })
  if (!invitation || statusAt(invitation, tx.clock.now()) === 'pending') return invitation
  invitation.status = assertTransition(invitation.status, 'expire')
  await tx.em.flush()
  return null
}

/**
 * Uses the invitation up, in one statement that only one can win.
 * @returns false where it was used, withdrawn, sent anew or out of time in the meantime
 */
export async function consumeInvitation(
  tx: Writing,
  invitation: Pick<Invitation, 'id' | 'tokenHash'>,
  acceptedBy: IdOf<'user'>,
): Promise<boolean> {
  const { id, tokenHash } = invitation
  const updated = await tx.em.nativeUpdate(
    Invitation,
    {
      ...ofWorkspace(tx),
      id,
      tokenHash,
      status: 'pending',
      expiresAt: { $gt: tx.clock.now() },
    },
    { status: assertTransition('pending', 'accept'), acceptedBy },
  )
  return updated === 1
}
