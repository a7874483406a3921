import { inTransaction } from '@logicspike/database'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type { Resolvers } from '../../__generated__/resolvers.ts'
import { switchWorkspace } from '../tokens/switch-workspace.ts'
import { authenticationMethodsOf } from './authentication-methods.ts'
import { endOtherSessions } from './end-other-sessions.ts'
import { endOwnSession } from './end-own-session.ts'
import { listSessions } from './list-sessions.ts'
import { presentedRefreshToken } from './presented-refresh-token.ts'
import { refreshSession, requestGrantForToken } from './refresh-session.ts'
import { sessionEnded } from './session.errors.ts'
import { signOut } from './sign-out.ts'

export const sessionResolvers = {
  Mutation: {
    refreshSession: async (_, { input }, ctx) => {
      const presented = presentedRefreshToken(ctx, input.refreshToken)
      if (!presented) return { tokens: null, userErrors: [sessionEnded(null)] }
      const workspace = await requestGrantForToken(ctx, presented, input.workspaceId)
      const result = await inTransaction(ctx, (tx) => refreshSession(tx, { presented, workspace }))
      return { tokens: resultOf(result), userErrors: errorsOf(result) }
    },

    switchWorkspace: async (_, { input }, ctx) => {
      const result = await switchWorkspace(ctx, input)
      return { tokens: resultOf(result), userErrors: errorsOf(result) }
    },

    signOut: async (_, { input }, ctx) => {
      const presented = presentedRefreshToken(ctx, input.refreshToken)
      const result = await inTransaction(ctx, (tx) => signOut(tx, { presented }))
      return { signedOut: resultOf(result), userErrors: errorsOf(result) }
    },

    endSession: async (_, { input }, ctx) => {
      const result = await inTransaction(ctx, (tx) => endOwnSession(tx, input))
      return { session: resultOf(result), userErrors: errorsOf(result) }
    },

    endOtherSessions: async (_, __, ctx) => {
      const result = await inTransaction(ctx, endOtherSessions)
      return { endedCount: resultOf(result), userErrors: errorsOf(result) }
    },
  },

  User: {
    sessions: ({ id }, page, ctx) =>
      id === ctx.actor?.userId ? listSessions(ctx, id, page) : null,
  },

  Session: {
    isCurrent: ({ id }, _, ctx) => id === ctx.actor?.sessionId,
    authenticationMethods: ({ amr }) => authenticationMethodsOf(amr),
  },

  SessionTokens: {
    workspace: ({ workspaceId }) => (workspaceId ? { id: workspaceId } : null),
  },
} satisfies Resolvers
