import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
} from 'graphql'
import { getOwn, isJsonObject, type JsonObject } from './json.ts'
import type { Path } from './plan-paths.ts'
import {
  concreteType,
  type FieldShape,
  type ResponseShape,
  type SelectionShape,
} from './response-shape.ts'

/**
 * Whether a place is one that the operation asks for only where another type stands, there or further
 * up. A subgraph that has an interface as `@interfaceObject` cannot tell its types apart and is asked for
 * all of them, and what is asked of entities below an interface is asked whatever they stand in; what
 * fails there where nobody asked is no error of the response.
 * @param path with the keys of `data`, the merged data
 */
export function isAskedOfOthers(
  path: Path,
  { root, fields }: ResponseShape,
  data: JsonObject,
  schema: GraphQLSchema,
): boolean {
  const keys = path.filter((step) => typeof step === 'string')
  let value: unknown = data
  let here: FieldShape | null = null
  let depth = 0
  for (const step of path) {
    if (typeof step === 'number') {
      value = Array.isArray(value) ? value[step] : undefined
      continue
    }
    const type: GraphQLObjectType | null = here ? typeOf(here, value, schema) : root
    if (!type || !isJsonObject(value)) return false
    const field = fieldAt(here ? here.below : fields, type, step)
    depth += 1
    if (!field) return isAskedOfAny(keys.slice(0, depth), { root, fields }, schema)
    value = getOwn(value, step)
    here = field
  }
  return false
}

/** Whether it is asked for where the types above it are the right ones. */
function isAskedOfAny(
  [first = '', ...rest]: readonly string[],
  { root, fields }: ResponseShape,
  schema: GraphQLSchema,
): boolean {
  const top = fieldAt(fields, root, first)
  let found = new Set(top ? [top] : [])
  for (const key of rest) {
    found = new Set([...found].flatMap((field) => fieldsBelow(field, key, schema)))
  }
  return found.size > 0
}

const fieldAt = (
  selection: SelectionShape | null,
  type: GraphQLObjectType,
  key: string,
): FieldShape | undefined => selection?.fieldsOf(type).find(({ source }) => source === key)

const typeOf = (
  { type }: FieldShape,
  value: unknown,
  schema: GraphQLSchema,
): GraphQLObjectType | null =>
  type && isJsonObject(value) ? concreteType(schema, type, value.__typename) : null

function fieldsBelow({ type, below }: FieldShape, key: string, schema: GraphQLSchema) {
  const named = type && getNamedType(type)
  if (!named || !below || !isCompositeType(named)) return []
  const possible = isAbstractType(named) ? schema.getPossibleTypes(named) : [named]
  return possible.flatMap((one) => fieldAt(below, one, key) ?? [])
}
