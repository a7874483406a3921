import { inTransaction } from '@logicspike/database'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { Resolvers } from '../../__generated__/resolvers.ts'
import type { IdentityContext } from '../../context.ts'
import { findPassword } from '../credentials/password.repository.ts'
import { changeDisplayName } from './change-display-name.ts'
import { deactivateAccount } from './deactivate-account.ts'
import { deleteAccount } from './delete-account.ts'
import { reactivateAccount } from './reactivate-account.ts'
import type { User } from './user.entity.ts'

const isSelf = (user: User, ctx: IdentityContext): boolean => user.id === ctx.actor?.userId

export const userResolvers = {
  Mutation: {
    changeDisplayName: async (_, { input }, ctx) => {
      const result = await inTransaction(ctx, (tx) => changeDisplayName(tx, input))
      return { user: resultOf(result), userErrors: errorsOf(result) }
    },

    deactivateAccount: async (_, { input }, ctx) => {
      const result = await deactivateAccount(ctx, input)
      return { closing: resultOf(result), userErrors: errorsOf(result) }
    },

    reactivateAccount: async (_, { input }, ctx) => {
      const result = await reactivateAccount(ctx, input)
      return { email: resultOf(result), userErrors: errorsOf(result) }
    },

    deleteAccount: async (_, { input }, ctx) => {
      const result = await deleteAccount(ctx, input)
      return { closing: resultOf(result), userErrors: errorsOf(result) }
    },
  },

  User: {
    __resolveReference: ({ id }, ctx) => ctx.users.load(id),
    emailVerified: (user, _, ctx) => (isSelf(user, ctx) ? user.emailVerified : null),
    hasPassword: async (user, _, ctx) =>
      isSelf(user, ctx) ? (await findPassword(ctx, user.id)) !== null : null,
  },
} satisfies Resolvers
