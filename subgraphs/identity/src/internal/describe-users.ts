import type { Id } from '@logicspike/ids'
import type { describeUsers as contract, InputOf, OutputOf } from '@logicspike/internal-api'
import type { IdentityContext } from '../context.ts'
import { isActive } from '../modules/users/account-states.ts'
import { User } from '../modules/users/user.entity.ts'

/** Who some users are, for services that show them or write to them. Erased accounts are left out. */
export async function describeUsers(
  ctx: Pick<IdentityContext, 'em'>,
  { userIds }: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const users = await ctx.em.find(User, { id: { $in: userIds as Id<'usr'>[] } })
  return users.flatMap((user) => {
    const { id, email, emailVerified, displayName, locale } = user
    const canSignIn = isActive(user) && emailVerified
    return email === null ? [] : [{ id, email, emailVerified, displayName, locale, canSignIn }]
  })
}
