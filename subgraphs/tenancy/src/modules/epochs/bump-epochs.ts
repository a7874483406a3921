import { type PublishContext, publishEvents } from '@logicspike/events'
import type { IdOf } from '@logicspike/ids'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'

type Writing = PublishContext & Pick<TenancyContext, 'em' | 'workspaceId'>

/**
 * Ends the tokens of one user for the workspace; also of somebody who is no member any more.
 *
 * An epoch rises in the transaction that narrows what its user may do, and verifiers refuse tokens
 * of a lower one. Callers hold the workspace's lock, so bumps of a workspace never wait in a ring.
 */
export const bumpUser = (tx: Writing, userId: IdOf<'user'>): Promise<void> =>
  bump(tx, 'select ?::text as user_id', [userId])

/** Ends the tokens of everybody who holds the role. */
export const bumpHolders = (tx: Writing, roleId: IdOf<'role'>): Promise<void> =>
  bump(tx, 'select user_id from memberships where tenant_id = ? and role_id = ?', [
    currentWorkspaceId(tx),
    roleId,
  ])

/** Ends the tokens of all members. */
export const bumpEverybody = (tx: Writing): Promise<void> =>
  bump(tx, 'select user_id from memberships where tenant_id = ?', [currentWorkspaceId(tx)])

type Bumped = { readonly subject: string; readonly epoch: number }

/**
 * Raises the epochs, notes them where verifiers look, and publishes them to verifiers, in a few
 * statements however many users they are. The events belong to no workspace: they are nothing that
 * any workspace's listeners could follow.
 * @param users SQL for rows of `user_id`
 */
async function bump(tx: Writing, users: string, parameters: readonly string[]): Promise<void> {
  await tx.em.flush()
  const now = tx.clock.now()
  const bumped = await tx.em.execute<Bumped[]>(
    `with bumped as (
       insert into membership_epochs (tenant_id, user_id, epoch, bumped_at)
       select ?, user_id, 1, ?::timestamptz from (${users}) as users
       on conflict (tenant_id, user_id) do update
         set epoch = membership_epochs.epoch + 1, bumped_at = excluded.bumped_at
       returning tenant_id, user_id, epoch, bumped_at
     )
     insert into epoch_bumps (subject, epoch, bumped_at)
     select 'member:' || tenant_id || ':' || user_id, epoch, bumped_at from bumped
     on conflict (subject) do update set epoch = excluded.epoch, bumped_at = excluded.bumped_at
     returning subject, epoch`,
    [currentWorkspaceId(tx), now, ...parameters],
  )
  const bumpedAt = now.toISOString()
  await publishEvents(
    tx,
    bumped.map(({ subject, epoch }) => ({
      type: 'epoch.bumped' as const,
      workspaceId: null,
      subject,
      data: { subject, epoch, bumpedAt },
    })),
  )
}
