import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isAbstractType } from 'graphql'
import { getOwn, isJsonObject, type JsonObject } from './json.ts'
import type { Path } from './plan-paths.ts'
import {
  concreteType,
  type FieldShape,
  type ResponseShape,
  type SelectionShape,
} from './response-shape.ts'

/**
 * Whether a place is one that the operation asks for only where another type stands. A subgraph
 * that has an interface as `@interfaceObject` cannot tell its types apart and is asked for all of
 * them; what fails there where nobody asked is no error of the response.
 * @param path with the keys of `data`, the merged data
 */
export function isAskedOfOthers(
  path: Path,
  { root, fields }: ResponseShape,
  data: JsonObject,
  schema: GraphQLSchema,
): boolean {
  let value: unknown = data
  let around: FieldShape | null = null
  for (const step of path) {
    if (typeof step === 'number') {
      value = Array.isArray(value) ? value[step] : undefined
      continue
    }
    if (!isJsonObject(value)) return false
    const type: GraphQLObjectType | null = around ? typeOf(around, value, schema) : root
    const field = fieldAt(around ? around.below : fields, type, step)
    if (!field) return around !== null && type !== null && isAskedOfAny(around, step, schema)
    value = getOwn(value, step)
    around = field
  }
  return false
}

const fieldAt = (
  selection: SelectionShape | null,
  type: GraphQLObjectType | null,
  key: string,
): FieldShape | undefined =>
  type ? selection?.fieldsOf(type).find(({ source }) => source === key) : undefined

const typeOf = (
  { type }: FieldShape,
  { __typename }: JsonObject,
  schema: GraphQLSchema,
): GraphQLObjectType | null => (type ? concreteType(schema, type, __typename) : null)

function isAskedOfAny({ type, below }: FieldShape, key: string, schema: GraphQLSchema): boolean {
  const named = type && getNamedType(type)
  if (!named || !below || !isAbstractType(named)) return false
  return schema
    .getPossibleTypes(named)
    .some((possible) => below.fieldsOf(possible).some(({ source }) => source === key))
}
