import { AppError } from '@logicspike/errors'
import {
  type FieldNode,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { plain } from './expand-fragments.ts'
import type { FilteredOperation } from './filter-operation.ts'
import { type Requirement, requiredScopes } from './requirement.ts'

type Data = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]
/** Selections on one object, and the requirement where all of them are denied with their parent. */
type Source = { readonly set: SelectionSetNode; readonly denied: Requirement | null }
type Entry = { readonly node: FieldNode; readonly denied: Requirement | null }

/** A null where none may be: whatever contains it becomes null in its place (GraphQL §6.4.4). */
const PROPAGATE = Symbol('null that may not stand here')

/** Errors per removed field; a list of thousands does not need thousands of them. */
const MOST_ERRORS_PER_FIELD = 100

/**
 * Answers the operation that was asked for with the data of the one that was run: removed fields
 * become null at each place where they would have stood, with an error at that path; fields stand
 * in the order of the request; what was added to find types is taken out again.
 * @param data of the filtered operation; an empty object where it was not run
 * @param variables coerced, for `@skip` and `@include`
 */
export function restoreNulls(
  data: Data,
  filtered: FilteredOperation,
  schema: GraphQLSchema,
  variables: Readonly<Record<string, unknown>>,
): { data: Data | null; errors: GraphQLError[] } {
  const errors: GraphQLError[] = []
  const counts = new Map<FieldNode, number>()

  function report(node: FieldNode, requirement: Requirement, path: Path): void {
    const count = counts.get(node) ?? 0
    counts.set(node, count + 1)
    if (count >= MOST_ERRORS_PER_FIELD) return
    const error = denial(requirement, filtered.anonymous)
    errors.push(
      new GraphQLError(error.message, { nodes: node, path: [...path], originalError: error }),
    )
  }

  function completeObject(
    type: GraphQLObjectType,
    sources: readonly Source[],
    value: Data,
    path: Path,
  ) {
    const result: Record<string, unknown> = {}
    let isWhole = true
    for (const [key, entries] of collect(type, sources)) {
      const completed = completeField(type, entries, value[key], [...path, key])
      if (completed === PROPAGATE) isWhole = false
      else result[key] = completed
    }
    return isWhole ? result : null
  }

  function completeField(
    type: GraphQLObjectType,
    entries: readonly Entry[],
    value: unknown,
    path: Path,
  ) {
    const [first] = entries
    if (!first) return null
    const name = first.node.name.value
    if (name === '__typename') return type.name
    const field = type.getFields()[name]
    if (!field) return value
    if (first.denied && entries.every(({ denied }) => denied !== null)) {
      report(first.node, first.denied, path)
      return isNonNullType(field.type) ? PROPAGATE : null
    }
    const sources = entries.flatMap(({ node, denied }) =>
      node.selectionSet ? [{ set: node.selectionSet, denied }] : [],
    )
    const isTouched = sources.some(
      ({ set, denied }) => denied !== null || filtered.touched.has(set),
    )
    return isTouched ? complete(field.type, sources, value, path) : (value ?? null)
  }

  function complete(
    type: GraphQLOutputType,
    sources: readonly Source[],
    value: unknown,
    path: Path,
  ): unknown {
    if (isNonNullType(type)) return complete(type.ofType, sources, value, path) ?? PROPAGATE
    if (value === null || value === undefined) return null
    if (isListType(type)) {
      if (!Array.isArray(value)) return null
      const items = value.map((item, index) =>
        complete(type.ofType, sources, item, [...path, index]),
      )
      return items.includes(PROPAGATE) ? null : items
    }
    const object = value as Data
    const concrete = isAbstractType(type) ? schema.getType(String(object['__typename'])) : type
    // Data that does not say what it is cannot be answered with the right fields missing.
    return isObjectType(concrete) ? completeObject(concrete, sources, object, path) : null
  }

  /** CollectFields of GraphQL §6.3.2, with the decision on each field. */
  function collect(type: GraphQLObjectType, sources: readonly Source[]): Map<string, Entry[]> {
    const grouped = new Map<string, Entry[]>()
    const visit = (set: SelectionSetNode, denied: Requirement | null): void => {
      for (const node of plain(set)) {
        if (!isIncluded(node, variables)) continue
        if (node.kind === Kind.INLINE_FRAGMENT) {
          if (applies(node.typeCondition?.name.value, type)) visit(node.selectionSet, denied)
          continue
        }
        const key = node.alias?.value ?? node.name.value
        const entry = { node, denied: denied ?? filtered.removed.get(node) ?? null }
        grouped.set(key, [...(grouped.get(key) ?? []), entry])
      }
    }
    for (const { set, denied } of sources) visit(set, denied)
    return grouped
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true
    const abstract = schema.getType(condition)
    return isAbstractType(abstract) && schema.isSubType(abstract, type)
  }

  const root = schema.getRootType(filtered.operation.operation)
  if (!root) return { data: null, errors }
  const sources = [{ set: filtered.operation.selectionSet, denied: null }]
  return { data: completeObject(root, sources, data, []), errors }
}

function denial(requirement: Requirement, anonymous: boolean): AppError {
  // Signing in helps only where somebody may read the field at all.
  if (anonymous && requirement.length > 0) {
    return new AppError('UNAUTHENTICATED', 'Sign in to read this.')
  }
  const scopes = requiredScopes(requirement)
  return new AppError('FORBIDDEN', 'You are not allowed to read this.', {
    extensions: scopes.length > 0 ? { requiredScopes: scopes } : {},
  })
}

function isIncluded(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (!node.directives || node.directives.length === 0) return true
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
}
