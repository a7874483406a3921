import { isSubset } from '@logicspike/auth'

/**
 * What a caller must hold to read something, in disjunctive form: one of the alternatives, and of
 * that alternative every item. Items are permission strings, compared exactly, or SIGNED_IN.
 * No alternative at all means that nobody may; one empty alternative, that anybody may.
 */
export type Requirement = readonly Alternative[]
type Alternative = ReadonlySet<string>

/** Who asks. Null where no token was presented. */
export type Caller = { readonly permissions: ReadonlySet<string> } | null

/** Held by every caller with a valid token. No permission can look like it: they begin with a-z. */
export const SIGNED_IN = '@signed-in'

export const ANYBODY: Requirement = [new Set()]
export const NOBODY: Requirement = []
export const AUTHENTICATED: Requirement = [new Set([SIGNED_IN])]

/** `@requiresScopes(scopes: [[a, b], [c]])`: (a and b) or c. Scopes come with a token only. */
export function scopes(anyOfAll: readonly (readonly string[])[]): Requirement {
  return simplest(anyOfAll.map((all) => new Set([SIGNED_IN, ...all])))
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

/** Whether a caller holds a permission, or is signed in where that is the item. */
export function holds(caller: Caller, item: string): boolean {
  return caller !== null && (item === SIGNED_IN || caller.permissions.has(item))
}

export function isMet(requirement: Requirement, caller: Caller): boolean {
  return requirement.some((alternative) => [...alternative].every((item) => holds(caller, item)))
}

/** The permissions of each alternative, sorted: what an error tells the client. */
export function requiredScopes(requirement: Requirement): string[][] {
  return requirement.map((alternative) =>
    [...alternative].filter((item) => item !== SIGNED_IN).sort(),
  )
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
