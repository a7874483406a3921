import { expandRole, isSubset, type Permission, rankOf, type TemplateRole } from '@logicspike/auth'

/** What somebody may do, and how high they stand; all decisions between people compare these. */
export type Standing = { readonly rank: number; readonly permissions: ReadonlySet<string> }

type RoleFacts = {
  readonly template: TemplateRole | null | undefined
  readonly permissions: readonly string[]
}

/**
 * What a role gives. A template stands for what the code and the registered permissions say today;
 * a custom role is a set of permissions and ranks with the lowest template, whatever it permits.
 * @param registered permissions of services that are not the platform's own
 */
export function standingOf(role: RoleFacts, registered: readonly Permission[]): Standing {
  if (!role.template) return { rank: rankOf('member'), permissions: new Set(role.permissions) }
  return {
    rank: rankOf(role.template),
    permissions: new Set(expandRole(role.template, registered)),
  }
}

/** A role's standing as far as a token carries it: a token may be narrower than its owner. */
export const limitedTo = (standing: Standing, held: ReadonlySet<string>): Standing => ({
  rank: standing.rank,
  permissions: new Set([...standing.permissions].filter((name) => held.has(name))),
})

/**
 * Whether `inner` is no higher and no wider than `outer`. Nobody gives, edits or takes away what is
 * not within their own standing; two roles may each be outside the other.
 */
export const isWithin = (inner: Standing, outer: Standing): boolean =>
  inner.rank <= outer.rank && isSubset(inner.permissions, outer.permissions)
