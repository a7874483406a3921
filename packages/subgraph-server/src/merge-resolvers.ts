import { GraphQLScalarType } from 'graphql'

export type ResolverMap = Readonly<Record<string, object>>

/**
 * Joins the maps of the modules; two modules may add to one type, not to one field.
 * @throws TypeError where two modules resolve the same field
 */
export function mergeResolvers(...maps: readonly ResolverMap[]): ResolverMap {
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
