import { advisoryLock, lockRow } from '@logicspike/database'
import type { Id } from '@logicspike/ids'
import { LockMode } from '@mikro-orm/core'
import type { IdentityContext } from '../../context.ts'
import { Session } from './session.entity.ts'

type Reading = Pick<IdentityContext, 'em' | 'clock'>

/**
 * Makes starting sessions of a user and ending them wait for one another: what ends "all" sessions
 * then misses none that is about to start.
 */
export const lockSessionsOf = (tx: Reading, userId: string): Promise<void> =>
  advisoryLock(tx.em, 'user.sessions', userId)

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
