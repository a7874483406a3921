import { isSubset, type Principal } from '@logicspike/auth'

/**
 * What a caller must hold to read something, in disjunctive form: one of the alternatives, and of
 * that alternative every item. An item is SIGNED_IN, or a permission, service or policy by name.
 * No alternative at all means that nobody may; one empty alternative, that anybody may.
 */
export type Requirement = readonly Alternative[]
type Alternative = ReadonlySet<string>

/** What rules are judged by. */
export type Caller = {
  /** Null where no token was presented. */
  readonly principal: Pick<Principal, 'permissions' | 'services'> | null
  /** Policies that were granted to this request. */
  readonly policies: ReadonlySet<string>
}

export type ItemKind = 'permission' | 'service' | 'policy'

/** Held by every caller with a valid token. No other item looks like it: they have a blank. */
export const SIGNED_IN = 'signed-in'
const itemOf = (kind: ItemKind, name: string): string => `${kind} ${name}`

export const ANYBODY: Requirement = [new Set()]
export const NOBODY: Requirement = []
export const AUTHENTICATED: Requirement = [new Set([SIGNED_IN])]

/** `@requiresScopes(scopes: [[a, b], [c]])`: (a and b) or c. Scopes come with a token only. */
export function scopes(anyOfAll: readonly (readonly string[])[]): Requirement {
  return simplest(
    anyOfAll.map((all) => new Set([SIGNED_IN, ...all.map((name) => itemOf('permission', name))])),
  )
}

/** `@policy(policies: [[a, b], [c]])`: (a and b) or c. Policies may grant to nobody as well. */
export function policies(anyOfAll: readonly (readonly string[])[]): Requirement {
  return simplest(anyOfAll.map((all) => new Set(all.map((name) => itemOf('policy', name)))))
}

/** `@entitled(service: a)`. Services are a workspace's, which comes with a token only. */
export function entitledTo(service: string): Requirement {
  return [new Set([SIGNED_IN, itemOf('service', service)])]
}

/** Every one of the requirements. */
export function allOf(requirements: readonly Requirement[]): Requirement {
  return requirements.reduce((left, right) => {
    if (left === ANYBODY) return right
    if (right === ANYBODY) return left
    return simplest(left.flatMap((one) => right.map((other) => new Set([...one, ...other]))))
  }, ANYBODY)
}

/** At least one of the requirements. */
export function anyOf(requirements: readonly Requirement[]): Requirement {
  return simplest(requirements.flat())
}

/** Whether a caller holds an item. Names are compared exactly. */
export function holds({ principal, policies: granted }: Caller, item: string): boolean {
  if (item === SIGNED_IN) return principal !== null
  const kind = item.slice(0, item.indexOf(' '))
  const name = item.slice(kind.length + 1)
  if (kind === 'policy') return granted.has(name)
  if (principal === null) return false
  return kind === 'service' ? principal.services.includes(name) : principal.permissions.has(name)
}

export function isMet(requirement: Requirement, caller: Caller): boolean {
  return requirement.some((alternative) => [...alternative].every((item) => holds(caller, item)))
}

/** What of a kind is named among items, sorted. */
export function namesOf(kind: ItemKind, items: Iterable<string>): string[] {
  const prefix = itemOf(kind, '')
  return [...items]
    .filter((item) => item.startsWith(prefix))
    .map((item) => item.slice(prefix.length))
    .sort()
}

/** Everything that any of the requirements names, sorted. */
export function itemsOf(requirements: Iterable<Requirement>): string[] {
  const items = [...requirements].flat().flatMap((alternative) => [...alternative])
  return [...new Set(items)].sort()
}

/** Drops alternatives that ask for more than another one does; keeps the order of the rest. */
function simplest(alternatives: readonly Alternative[]): Requirement {
  const kept = alternatives.filter((candidate, index) =>
    alternatives.every(
      (other, place) =>
        place === index ||
        !isSubset(other, candidate) ||
        (other.size === candidate.size && place > index),
    ),
  )
  return kept.length === 1 && kept[0]?.size === 0 ? ANYBODY : kept
}
