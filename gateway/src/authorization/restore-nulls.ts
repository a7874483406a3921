import {
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type CollectionContext, collectFields, type Entry, type Source } from './collect-fields.ts'
import type { Denial } from './denial.ts'
import type { FilteredOperation } from './filter-operation.ts'

type Data = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]
type Walk = CollectionContext & {
  readonly touched: FilteredOperation['touched']
  /** Reports that the field at this path is denied. */
  readonly report: (node: FieldNode, denial: Denial, path: Path) => void
}

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
  const { operation, removed, touched } = filtered
  const { errors, report } = errorCollector()
  const root = schema.getRootType(operation.operation)
  if (!root) return { data: null, errors }
  const sources = [{ set: operation.selectionSet, denied: null }]
  const walk = { schema, variables, removed, touched, report }
  return { data: completeObject(walk, root, sources, data, []), errors }
}

function errorCollector(): { errors: GraphQLError[]; report: Walk['report'] } {
  const errors: GraphQLError[] = []
  const counts = new Map<FieldNode, number>()
  return {
    errors,
    report(node, denial, path) {
      const count = counts.get(node) ?? 0
      counts.set(node, count + 1)
      if (count >= MOST_ERRORS_PER_FIELD) return
      const originalError = denial()
      errors.push(new GraphQLError(originalError.message, { nodes: node, path, originalError }))
    },
  }
}

function completeObject(
  walk: Walk,
  type: GraphQLObjectType,
  sources: readonly Source[],
  value: Data,
  path: Path,
): Data | null {
  const result: Record<string, unknown> = {}
  let isWhole = true
  for (const [key, entries] of collectFields(type, sources, walk)) {
    const completed = completeField(walk, type, entries, value[key], [...path, key])
    if (completed === PROPAGATE) isWhole = false
    else result[key] = completed
  }
  return isWhole ? result : null
}

function completeField(
  walk: Walk,
  type: GraphQLObjectType,
  entries: readonly Entry[],
  value: unknown,
  path: Path,
): unknown {
  const name = entries[0]?.node.name.value ?? ''
  if (name === '__typename') return type.name
  const field = type.getFields()[name]
  // Introspection carries no rules and is answered whole.
  if (!field) return value
  const [first] = entries
  const isDenied = first?.denied && entries.every(({ denied }) => denied !== null)
  if (!isDenied) return allowedValue(walk, field, entries, value, path)
  walk.report(first.node, first.denied, path)
  return isNonNullType(field.type) ? PROPAGATE : null
}

function allowedValue(
  walk: Walk,
  field: GraphQLField<unknown, unknown>,
  entries: readonly Entry[],
  value: unknown,
  path: Path,
): unknown {
  const sources = entries.flatMap(({ node, denied }) =>
    node.selectionSet ? [{ set: node.selectionSet, denied }] : [],
  )
  const isTouched = sources.some(({ set, denied }) => denied !== null || walk.touched.has(set))
  return isTouched ? complete(walk, field.type, sources, value, path) : (value ?? null)
}

function complete(
  walk: Walk,
  type: GraphQLOutputType,
  sources: readonly Source[],
  value: unknown,
  path: Path,
): unknown {
  if (isNonNullType(type)) return complete(walk, type.ofType, sources, value, path) ?? PROPAGATE
  if (value === null || value === undefined) return null
  if (isListType(type)) {
    if (!Array.isArray(value)) return null
    const items = value.map((item, at) => complete(walk, type.ofType, sources, item, [...path, at]))
    return items.includes(PROPAGATE) ? null : items
  }
  const object = value as Data
  const concrete = isAbstractType(type) ? walk.schema.getType(String(object.__typename)) : type
  // Data that does not say what it is cannot be answered with the right fields missing.
  return isObjectType(concrete) ? completeObject(walk, concrete, sources, object, path) : null
}
