import { inTransaction } from '@logicspike/database'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { Resolvers } from '../../__generated__/resolvers.ts'
import { changePassword } from './change-password.ts'
import { confirmEmailChange } from './confirm-email-change.ts'
import { spendTokenTry } from './mail-requests.ts'
import { requestEmailChange } from './request-email-change.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { resendVerificationEmail } from './resend-verification-email.ts'
import { resetPassword } from './reset-password.ts'
import { signIn } from './sign-in.ts'
import { signUp } from './sign-up.ts'
import { verifyEmail } from './verify-email.ts'

/**
 * Use cases that hash or count open their transaction themselves, after that: a hash takes as long
 * as a hundred queries, and a refused try must stay counted.
 */
export const credentialResolvers = {
  Mutation: {
    signUp: async (_, { input }, ctx) => {
      const result = await signUp(ctx, input)
      return { email: resultOf(result), userErrors: errorsOf(result) }
    },

    verifyEmail: async (_, { input }, ctx) => {
      await spendTokenTry(ctx)
      const result = await inTransaction(ctx, (tx) => verifyEmail(tx, input))
      return { email: resultOf(result), userErrors: errorsOf(result) }
    },

    resendVerificationEmail: async (_, { input }, ctx) => {
      const result = await resendVerificationEmail(ctx, input)
      return { email: resultOf(result), userErrors: errorsOf(result) }
    },

    signIn: async (_, { input }, ctx) => {
      const result = await signIn(ctx, { ...input, delivery: input.delivery ?? 'COOKIE' })
      if (!result.ok) return { userErrors: errorsOf(result) }
      const { progress, deviceToken } = result.value
      return progress.kind === 'session'
        ? { tokens: progress.tokens, deviceToken, userErrors: [] }
        : { secondFactor: progress.challenge, deviceToken, userErrors: [] }
    },

    requestPasswordReset: async (_, { input }, ctx) => {
      const result = await requestPasswordReset(ctx, input)
      return { email: resultOf(result), userErrors: errorsOf(result) }
    },

    resetPassword: async (_, { input }, ctx) => {
      const result = await resetPassword(ctx, { ...input, delivery: input.delivery ?? 'COOKIE' })
      return { ...resultOf(result), userErrors: errorsOf(result) }
    },

    changePassword: async (_, { input }, ctx) => {
      const result = await changePassword(ctx, input)
      return { user: resultOf(result), userErrors: errorsOf(result) }
    },

    requestEmailChange: async (_, { input }, ctx) => {
      const result = await requestEmailChange(ctx, input)
      return { email: resultOf(result), userErrors: errorsOf(result) }
    },

    confirmEmailChange: async (_, { input }, ctx) => {
      await spendTokenTry(ctx)
      const result = await inTransaction(ctx, (tx) => confirmEmailChange(tx, input))
      return { user: resultOf(result), userErrors: errorsOf(result) }
    },
  },
} satisfies Resolvers
