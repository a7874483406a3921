import { lockRow } from '@logicspike/database'
import { unauthenticated } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import { LockMode } from '@mikro-orm/core'
import type { IdentityContext } from '../../context.ts'
import { isActive } from '../users/account-states.ts'
import { lockUser } from '../users/user.repository.ts'
import { Session } from './session.entity.ts'

type Reading = Pick<IdentityContext, 'em' | 'clock'>

/**
 * Makes starting sessions of a user, ending all of them and closing the account take turns: none
 * slips through that is about to start. Held on the user's row, which comes before session rows.
 * @throws AppError UNAUTHENTICATED where the account has closed
 */
export async function lockActiveUser(tx: Reading, userId: Id<'usr'>): Promise<void> {
  const user = await lockUser(tx, userId)
  if (!user || !isActive(user)) throw unauthenticated('the account is not active')
}

/** Live sessions of a user, oldest first, held against other writers. */
export function lockLiveSessions(tx: Reading, userId: string): Promise<Session[]> {
  return tx.em.find(
    Session,
    { userId: userId as Id<'usr'>, endedAt: null, expiresAt: { $gt: tx.clock.now() } },
    { orderBy: { createdAt: 'asc', id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  )
}

/** Holds a session until the end of the transaction: refresh, step-up and end take turns. */
export const lockSession = (tx: Reading, id: string): Promise<Session | null> =>
  lockRow(tx.em, Session, { id: id as Id<'ses'> })
