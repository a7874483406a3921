import { unauthenticated } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { isActive } from './account-states.ts'
import type { User } from './user.entity.ts'
import { lockUser } from './user.repository.ts'

/** Who makes the request, for what only a person may do. */
export type Caller = { readonly userId: Id<'usr'>; readonly sessionId: Id<'ses'> }

/**
 * The person behind the request.
 * @throws AppError UNAUTHENTICATED where nobody is signed in, or it is a service, or somebody who
 *   acts in another's name: accounts are their owners' own business
 */
export function requireCaller(ctx: Pick<IdentityContext, 'actor'>): Caller {
  const { actor } = ctx
  if (!actor?.userId || !actor.sessionId) throw unauthenticated('no person is signed in')
  if (actor.actor !== null) throw unauthenticated('an impersonator cannot change the account')
  return { userId: actor.userId, sessionId: actor.sessionId }
}

/**
 * The caller's account, held until the end of the transaction.
 * @throws AppError UNAUTHENTICATED where the account has closed since the token was minted
 */
export async function lockCurrentUser(tx: Pick<IdentityContext, 'actor' | 'em'>): Promise<User> {
  const user = await lockUser(tx, requireCaller(tx).userId)
  if (!user || !isActive(user)) throw unauthenticated('the account is not active')
  return user
}
