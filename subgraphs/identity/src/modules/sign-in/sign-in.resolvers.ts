import { inTransaction } from '@logicspike/database'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { Resolvers } from '../../__generated__/resolvers.ts'
import { beginPasskeySignIn } from './begin-passkey-sign-in.ts'
import { beginStepUp } from './begin-step-up.ts'
import { completeSignIn } from './complete-sign-in.ts'
import { signInWithPasskey } from './sign-in-with-passkey.ts'
import { stepUp } from './step-up.ts'
import { webAuthnJsonScalar } from './web-authn-json.ts'

export const signInResolvers = {
  Mutation: {
    completeSignIn: async (_, { input }, ctx) => {
      const result = await completeSignIn(ctx, input)
      return { tokens: resultOf(result), userErrors: errorsOf(result) }
    },

    beginPasskeySignIn: async (_, { input }, ctx) => {
      const result = await beginPasskeySignIn(ctx, { delivery: input.delivery ?? 'COOKIE' })
      return { challenge: resultOf(result), userErrors: errorsOf(result) }
    },

    signInWithPasskey: async (_, { input }, ctx) => {
      const result = await signInWithPasskey(ctx, input)
      return { tokens: resultOf(result), userErrors: errorsOf(result) }
    },

    beginStepUp: async (_, __, ctx) => {
      const result = await inTransaction(ctx, beginStepUp)
      return { challenge: resultOf(result), userErrors: errorsOf(result) }
    },

    stepUp: async (_, { input }, ctx) => {
      const result = await stepUp(ctx, input)
      return { tokens: resultOf(result), userErrors: errorsOf(result) }
    },
  },

  WebAuthnJson: webAuthnJsonScalar,
} satisfies Resolvers
