import type { Resolvers } from '../../__generated__/resolvers.ts'
import { authenticationMethodsOf } from './authentication-methods.ts'

export const sessionResolvers = {
  Session: {
    isCurrent: ({ id }, _, ctx) => id === ctx.actor?.sessionId,
    authenticationMethods: ({ amr }) => authenticationMethodsOf(amr),
  },
} satisfies Resolvers
