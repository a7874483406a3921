import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { LinkedIdentity } from './linked-identity.entity.ts'

type Reading = Pick<IdentityContext, 'em'>

/** The key of an identity (OpenID Connect Core §5.7): nothing else about it is stable. */
export type IdentityKey = { readonly issuer: string; readonly subject: string }

export const findLinkedIdentity = (
  ctx: Reading,
  { issuer, subject }: IdentityKey,
): Promise<LinkedIdentity | null> => ctx.em.findOne(LinkedIdentity, { issuer, subject })

/** What may sign in to an account, oldest first; one of each issuer. */
export const findLinkedIdentitiesOf = (
  ctx: Reading,
  userId: Id<'usr'>,
): Promise<LinkedIdentity[]> =>
  ctx.em.find(LinkedIdentity, { userId }, { orderBy: { createdAt: 'asc', id: 'asc' } })

export async function removeLinkedIdentities(tx: Reading, userId: Id<'usr'>): Promise<void> {
  await tx.em.nativeDelete(LinkedIdentity, { userId })
}
