import { inTransaction } from '@logicspike/database'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { Resolvers } from '../../__generated__/resolvers.ts'
import { beginPasskeyRegistration } from './begin-passkey-registration.ts'
import { beginTotpEnrollment } from './begin-totp-enrollment.ts'
import { confirmPasskeyRegistration } from './confirm-passkey-registration.ts'
import { confirmTotpEnrollment } from './confirm-totp-enrollment.ts'
import { regenerateRecoveryCodes } from './regenerate-recovery-codes.ts'
import { removePasskey } from './remove-passkey.ts'
import { removeTotp } from './remove-totp.ts'
import { renamePasskey } from './rename-passkey.ts'
import { findSecondFactors } from './second-factor.repository.ts'

export const secondFactorResolvers = {
  Mutation: {
    beginTotpEnrollment: async (_, __, ctx) => {
      const result = await inTransaction(ctx, beginTotpEnrollment)
      return { enrollment: resultOf(result), userErrors: errorsOf(result) }
    },

    confirmTotpEnrollment: async (_, { input }, ctx) => {
      const result = await confirmTotpEnrollment(ctx, input)
      return { ...resultOf(result), userErrors: errorsOf(result) }
    },

    removeTotp: async (_, __, ctx) => {
      const result = await inTransaction(ctx, removeTotp)
      return { secondFactors: resultOf(result), userErrors: errorsOf(result) }
    },

    regenerateRecoveryCodes: async (_, __, ctx) => {
      const result = await regenerateRecoveryCodes(ctx)
      return { recoveryCodes: resultOf(result), userErrors: errorsOf(result) }
    },

    beginPasskeyRegistration: async (_, __, ctx) => {
      const result = await inTransaction(ctx, beginPasskeyRegistration)
      return { registration: resultOf(result), userErrors: errorsOf(result) }
    },

    confirmPasskeyRegistration: async (_, { input }, ctx) => {
      const result = await confirmPasskeyRegistration(ctx, input)
      return { ...resultOf(result), userErrors: errorsOf(result) }
    },

    renamePasskey: async (_, { input }, ctx) => {
      const result = await inTransaction(ctx, (tx) => renamePasskey(tx, input))
      return { passkey: resultOf(result), userErrors: errorsOf(result) }
    },

    removePasskey: async (_, { input }, ctx) => {
      const result = await inTransaction(ctx, (tx) => removePasskey(tx, input))
      return { secondFactors: resultOf(result), userErrors: errorsOf(result) }
    },
  },

  User: {
    secondFactors: ({ id }, _, ctx) =>
      id === ctx.actor?.userId ? findSecondFactors(ctx, id) : null,
  },

  Passkey: {
    isSynced: ({ deviceType }) => deviceType === 'multiDevice',
  },
} satisfies Resolvers
