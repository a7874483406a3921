import { type ConstDirectiveNode, parse } from 'graphql'
import { argument, type LinkedFeature, linkedFeatures } from './linked-features.ts'
import { requirementsOfRequiredFields } from './required-fields.ts'
import {
  ANYBODY,
  AUTHENTICATED,
  allOf,
  entitledTo,
  itemsOf,
  namesOf,
  policies,
  type Requirement,
  scopes,
} from './requirement.ts'
import { ACCESS, AUTHENTICATED_FEATURE, POLICY, REQUIRES_SCOPES } from './security-features.ts'
import { fieldsOf, inheritedFields, outputTypes } from './supergraph-document.ts'

/** Who may read what, as the composed supergraph says. Coordinates are `Type` and `Type.field`. */
export type AccessRules = {
  /** Rules on object types, interfaces, scalars and enums. */
  readonly types: ReadonlyMap<string, Requirement>
  /** Rules on fields, with those of the fields they `@requires` from other subgraphs. */
  readonly fields: ReadonlyMap<string, Requirement>
  /** Fields that say themselves who may use them, which `@entitled` alone does not. */
  readonly marked: ReadonlySet<string>
  /** Every policy that any of the rules names. */
  readonly policies: readonly string[]
  /** What a stream depends on besides its arguments and permissions, by root field: `@live`. */
  readonly live: ReadonlyMap<string, string>
}

/**
 * Reads the access rules from the full supergraph. Requirements of several subgraphs stand in it
 * joined already; those on a type and on a field of it are joined where an operation is checked.
 * @throws Error where the text is not a composed supergraph, or a rule cannot be understood
 */
export function readAccessRules(supergraphSdl: string): AccessRules {
  const document = parse(supergraphSdl, { noLocation: true })
  const read = ruleReader(linkedFeatures(document))
  const types = new Map<string, Requirement>()
  const fields = new Map<string, Requirement>()
  const marked = new Set<string>()
  const live = new Map<string, string>()

  for (const definition of outputTypes(document)) {
    const type = definition.name.value
    join(types, type, read.requirement(definition.directives))
    for (const field of fieldsOf(definition)) {
      const coordinate = `${type}.${field.name.value}`
      join(fields, coordinate, read.requirement(field.directives))
      if (read.isMarked(field.directives)) marked.add(coordinate)
      const sharedBy = read.sharedBy(field.directives)
      if (sharedBy !== null) live.set(coordinate, sharedBy)
    }
  }
  // Composition writes rules of implementers up to their interfaces, but no directive down to them.
  for (const { type, field } of inheritedFields(document)) {
    join(fields, `${type}.${field.name.value}`, read.entitlement(field.directives))
  }
  const closed = requirementsOfRequiredFields(document, { types, fields })
  const named = namesOf('policy', itemsOf([...types.values(), ...closed.values()]))
  return { types, fields: closed, marked, policies: named, live }
}

type Directives = readonly ConstDirectiveNode[] | undefined

function ruleReader(features: readonly LinkedFeature[]) {
  const named = (identity: string, directive: string) =>
    new Set(
      features
        .filter((feature) => feature.identity === identity)
        .map((feature) => feature.directiveName(directive)),
    )
  const authenticated = named(AUTHENTICATED_FEATURE, 'authenticated')
  const requiresScopes = named(REQUIRES_SCOPES, 'requiresScopes')
  const policy = named(POLICY, 'policy')
  const isPublic = named(ACCESS, 'public')
  const entitled = named(ACCESS, 'entitled')
  const live = named(ACCESS, 'live')

  function requirementOf(node: ConstDirectiveNode): Requirement {
    const name = node.name.value
    if (authenticated.has(name)) return AUTHENTICATED
    if (requiresScopes.has(name)) return scopes(readLists(node, 'scopes'))
    if (policy.has(name)) return policies(readLists(node, 'policies'))
    return entitled.has(name) ? entitledTo(readText(node, 'service')) : ANYBODY
  }

  const marks = [authenticated, requiresScopes, policy, isPublic]
  const isNamed = (names: ReadonlySet<string>) => (node: ConstDirectiveNode) =>
    names.has(node.name.value)

  return {
    requirement: (directives: Directives) => allOf((directives ?? []).map(requirementOf)),
    entitlement: (directives: Directives) =>
      allOf((directives ?? []).filter(isNamed(entitled)).map(requirementOf)),
    isMarked: (directives: Directives) =>
      marks.some((names) => (directives ?? []).some(isNamed(names))),
    sharedBy(directives: Directives): string | null {
      const node = directives?.find(isNamed(live))
      return node ? readText(node, 'sharedBy') : null
    },
  }
}

/** @throws Error where the argument is no text */
function readText(node: ConstDirectiveNode, name: string): string {
  const value = argument(node, name)
  if (typeof value === 'string') return value
  throw new Error(`@${node.name.value} in the supergraph does not name its ${name}.`)
}

/** @throws Error where the argument does not hold lists of texts */
function readLists(node: ConstDirectiveNode, name: string): string[][] {
  const value = argument(node, name)
  const isText = (item: unknown) => typeof item === 'string'
  if (!Array.isArray(value) || !value.every((all) => Array.isArray(all) && all.every(isText))) {
    throw new Error(`@${node.name.value} in the supergraph does not hold lists of ${name}.`)
  }
  return value as string[][]
}

function join(rules: Map<string, Requirement>, key: string, requirement: Requirement): void {
  if (requirement !== ANYBODY) rules.set(key, allOf([rules.get(key) ?? ANYBODY, requirement]))
}
