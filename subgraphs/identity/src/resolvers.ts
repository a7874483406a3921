import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'
import { credentialResolvers } from './modules/credentials/credential.resolvers.ts'
import { googleResolvers } from './modules/google/google.resolvers.ts'
import { secondFactorResolvers } from './modules/second-factors/second-factor.resolvers.ts'
import { sessionResolvers } from './modules/sessions/session.resolvers.ts'
import { signInResolvers } from './modules/sign-in/sign-in.resolvers.ts'
import { userResolvers } from './modules/users/user.resolvers.ts'

/** What identity answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers(
  userResolvers,
  credentialResolvers,
  googleResolvers,
  signInResolvers,
  secondFactorResolvers,
  sessionResolvers,
)
