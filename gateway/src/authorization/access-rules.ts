import { type ConstDirectiveNode, parse } from 'graphql'
import { argument, type LinkedFeature, linkedFeatures } from './linked-features.ts'
import { requirementsOfRequiredFields } from './required-fields.ts'
import { ANYBODY, AUTHENTICATED, allOf, NOBODY, type Requirement, scopes } from './requirement.ts'
import { ACCESS, AUTHENTICATED_FEATURE, POLICY, REQUIRES_SCOPES } from './security-features.ts'
import { fieldsOf, outputTypes } from './supergraph-document.ts'

/** Who may read what, as the composed supergraph says. Coordinates are `Type` and `Type.field`. */
export type AccessRules = {
  /** Rules on object types, interfaces, scalars and enums. */
  readonly types: ReadonlyMap<string, Requirement>
  /** Rules on fields, with those of the fields they `@requires` from other subgraphs. */
  readonly fields: ReadonlyMap<string, Requirement>
  /** Fields that say themselves who may use them: by a rule, or by `@public`. */
  readonly marked: ReadonlySet<string>
  /** Service that the workspace must be entitled to, by field: `@entitled(service:)`. */
  readonly entitlements: ReadonlyMap<string, string>
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
  const entitlements = new Map<string, string>()
  const live = new Map<string, string>()

  for (const definition of outputTypes(document)) {
    const type = definition.name.value
    join(types, type, read.requirement(definition.directives))
    for (const field of fieldsOf(definition)) {
      const coordinate = `${type}.${field.name.value}`
      const requirement = read.requirement(field.directives)
      join(fields, coordinate, requirement)
      if (requirement !== ANYBODY || read.isPublic(field.directives)) marked.add(coordinate)
      const service = read.service(field.directives)
      if (service !== null) entitlements.set(coordinate, service)
      const sharedBy = read.sharedBy(field.directives)
      if (sharedBy !== null) live.set(coordinate, sharedBy)
    }
  }
  const closed = requirementsOfRequiredFields(document, { types, fields })
  return { types, fields: closed, marked, entitlements, live }
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
    if (authenticated.has(node.name.value)) return AUTHENTICATED
    if (requiresScopes.has(node.name.value)) return scopes(readScopes(node))
    // Nothing here can answer a policy yet; what nobody answers counts as denied.
    return policy.has(node.name.value) ? NOBODY : ANYBODY
  }

  return {
    requirement: (directives: Directives) => allOf((directives ?? []).map(requirementOf)),
    isPublic: (directives: Directives) =>
      (directives ?? []).some(({ name }) => isPublic.has(name.value)),
    service: (directives: Directives) => textOf(directives, entitled, 'service'),
    sharedBy: (directives: Directives) => textOf(directives, live, 'sharedBy'),
  }
}

/** The text that an argument of the directive has, where the directive is there. */
function textOf(directives: Directives, names: ReadonlySet<string>, name: string): string | null {
  const node = directives?.find((directive) => names.has(directive.name.value))
  const value = node && argument(node, name)
  return typeof value === 'string' ? value : null
}

function readScopes(node: ConstDirectiveNode): string[][] {
  const value = argument(node, 'scopes')
  const isText = (item: unknown) => typeof item === 'string'
  if (!Array.isArray(value) || !value.every((all) => Array.isArray(all) && all.every(isText))) {
    throw new Error(`@${node.name.value} in the supergraph does not hold lists of scopes.`)
  }
  return value as string[][]
}

function join(rules: Map<string, Requirement>, key: string, requirement: Requirement): void {
  if (requirement !== ANYBODY) rules.set(key, allOf([rules.get(key) ?? ANYBODY, requirement]))
}
