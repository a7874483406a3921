import { advisoryLock, lockRow } from '@logicspike/database'
import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import type { EmailAddress } from './email-address.ts'
import { User } from './user.entity.ts'

type Reading = Pick<IdentityContext, 'em'>

/**
 * Makes everything that gives an address to an account, or finds out that it is free, take turns.
 * The unique key would hold as well; waiting spares each caller its own way of losing a race.
 */
export const lockEmail = (tx: Reading, email: EmailAddress): Promise<void> =>
  advisoryLock(tx.em, 'user.email', email)

/** The account of an address, whatever its state; null where there is none. */
export const findUserByEmail = (ctx: Reading, email: EmailAddress): Promise<User | null> =>
  ctx.em.findOne(User, { email })

export const findUser = (ctx: Reading, id: string): Promise<User | null> =>
  ctx.em.findOne(User, { id: id as Id<'usr'> })

/** Holds an account against other writers until the end of the transaction. */
export const lockUser = (tx: Reading, id: string): Promise<User | null> =>
  lockRow(tx.em, User, { id: id as Id<'usr'> })
