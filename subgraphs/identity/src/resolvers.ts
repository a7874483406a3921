import { GraphQLScalarType } from 'graphql'
import { credentialResolvers } from './modules/credentials/credential.resolvers.ts'
import { googleResolvers } from './modules/google/google.resolvers.ts'
import { secondFactorResolvers } from './modules/second-factors/second-factor.resolvers.ts'
import { sessionResolvers } from './modules/sessions/session.resolvers.ts'
import { signInResolvers } from './modules/sign-in/sign-in.resolvers.ts'
import { userResolvers } from './modules/users/user.resolvers.ts'

type ResolverMap = Readonly<Record<string, object>>

/** Joins the maps of the modules; two modules may add to one type, not to one field. */
function mergeResolvers(...maps: readonly ResolverMap[]): ResolverMap {
  const merged: Record<string, object> = {}
  for (const [type, fields] of maps.flatMap((map) => Object.entries(map))) {
    const known = merged[type] ?? {}
    const twice = Object.keys(fields).find((field) => field in known)
    if (twice) throw new TypeError(`${type}.${twice} has two resolvers.`)
    // A scalar is an instance, which copying would take apart.
    merged[type] = fields instanceof GraphQLScalarType ? fields : { ...known, ...fields }
  }
  return merged
}

/** What identity answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers(
  userResolvers,
  credentialResolvers,
  googleResolvers,
  signInResolvers,
  secondFactorResolvers,
  sessionResolvers,
)
