import { inTransaction } from '@logicspike/database'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { Resolvers } from '../../__generated__/resolvers.ts'
import { linkGoogle } from './link-google.ts'
import { findLinkedIdentitiesOf } from './linked-identity.repository.ts'
import { resumeGoogleSignIn } from './resume-google-sign-in.ts'
import { unlinkGoogle } from './unlink-google.ts'

export const googleResolvers = {
  Mutation: {
    linkGoogle: async (_, { input }, ctx) => {
      const result = await linkGoogle(ctx, { returnTo: input.returnTo ?? '/' })
      return { authorizationUrl: resultOf(result), userErrors: errorsOf(result) }
    },

    unlinkGoogle: async (_, { input }, ctx) => {
      const result = await inTransaction(ctx, (tx) => unlinkGoogle(tx, input))
      return { user: resultOf(result), userErrors: errorsOf(result) }
    },

    resumeGoogleSignIn: async (_, __, ctx) => ({
      secondFactor: await resumeGoogleSignIn(ctx),
      userErrors: [],
    }),
  },

  User: {
    linkedIdentities: ({ id }, _, ctx) =>
      id === ctx.actor?.userId ? findLinkedIdentitiesOf(ctx, id) : null,
  },
} satisfies Resolvers
