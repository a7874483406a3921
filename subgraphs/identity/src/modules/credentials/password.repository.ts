import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { Password } from './password.entity.ts'

type Reading = Pick<IdentityContext, 'em'>

export const findPassword = (ctx: Reading, userId: Id<'usr'>): Promise<Password | null> =>
  ctx.em.findOne(Password, { userId })

/**
 * Sets or replaces the password of an account. Devices remembered before are strangers from now on.
 * @param hash as the hasher made it, before the transaction: that takes long and holds no lock
 */
export async function setPassword(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
  userId: Id<'usr'>,
  hash: string,
): Promise<void> {
  await tx.em.upsert(Password, { userId, hash, changedAt: tx.clock.now() })
}

/** Replaces the hash of an unchanged password by one with today's parameters. */
export async function rehashPassword(
  tx: Reading,
  userId: Id<'usr'>,
  from: string,
  to: string,
): Promise<void> {
  await tx.em.nativeUpdate(Password, { userId, hash: from }, { hash: to })
}

export async function removePassword(tx: Reading, userId: Id<'usr'>): Promise<void> {
  await tx.em.nativeDelete(Password, { userId })
}
