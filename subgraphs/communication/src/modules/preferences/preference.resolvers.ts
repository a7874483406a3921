import { inTransaction } from '@logicspike/database'
import { requirePermission, requireUser } from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { MutationResolvers, QueryResolvers } from '../../__generated__/resolvers.ts'
import { defaultsOf } from './defaults-of.ts'
import { preferencesOf } from './preferences-of.ts'
import { updateNotificationDefaults } from './update-notification-defaults.ts'
import { updateNotificationPreferences } from './update-notification-preferences.ts'

const Query: Pick<QueryResolvers, 'notificationPreferences' | 'notificationDefaults'> = {
  notificationPreferences: (_, __, ctx) => preferencesOf(ctx, requireUser(ctx).userId),
  notificationDefaults: (_, __, ctx) => {
    requirePermission(ctx, 'communication:notifications.manage')
    return defaultsOf(ctx)
  },
}

const Mutation: Pick<
  MutationResolvers,
  'updateNotificationPreferences' | 'updateNotificationDefaults'
> = {
  updateNotificationPreferences: async (_, { input }, ctx) => {
    const result = await inTransaction(ctx, (tx) => updateNotificationPreferences(tx, input))
    return { preferences: resultOf(result), userErrors: errorsOf(result) }
  },
  updateNotificationDefaults: async (_, { input }, ctx) => {
    const result = await inTransaction(ctx, (tx) => updateNotificationDefaults(tx, input))
    return { defaults: resultOf(result), userErrors: errorsOf(result) }
  },
}

export const preferenceResolvers = { Query, Mutation }
