import {
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'
import { getOwn, isJsonObject, type JsonObject, setOwn } from './json.ts'
import { leafCheck } from './leaf-values.ts'
import type { Path } from './plan-paths.ts'
import { type FieldShape, type ResponseShape, readableType } from './response-shape.ts'

export type CompletedResponse = {
  readonly data: JsonObject | null
  /** Where a subgraph answered what the schema does not allow, and what that was. */
  readonly faults: readonly { readonly path: Path; readonly detail: string }[]
}

/** A null where none may be: whatever contains it becomes null in its place (GraphQL §6.4.4). */
const PROPAGATE = Symbol('null that may not stand here')

/**
 * Makes the data of a response value by value, as graphql-js completes values: for responses in
 * which something is missing or odd.
 * @param data what the subgraphs answered, merged
 * @param excused objects whose missing fields are accounted for by an error or are no fault
 * @param isTold whether an error is told at this place or below it already
 */
export function completeResponse(
  { root, fields }: ResponseShape,
  schema: GraphQLSchema,
  data: JsonObject,
  excused: ReadonlySet<JsonObject>,
  isTold: (path: Path) => boolean,
): CompletedResponse {
  const faults: { path: Path; detail: string }[] = []

  function object(
    type: GraphQLObjectType,
    shapes: readonly FieldShape[],
    source: JsonObject,
    path: Path,
  ) {
    const result: JsonObject = {}
    let isWhole = true
    for (const shape of shapes) {
      const completed = fieldOf(type, shape, source, [...path, shape.key])
      if (completed === PROPAGATE) isWhole = false
      else setOwn(result, shape.key, completed)
    }
    return isWhole ? result : null
  }

  function fieldOf(parent: GraphQLObjectType, shape: FieldShape, source: JsonObject, path: Path) {
    if (shape.kind === 'typename') return parent.name
    const value = getOwn(source, shape.source)
    if (shape.kind === 'introspection' || !shape.type) return value ?? null
    const completed = complete(shape.type, shape, value, path)
    const isBare = completed === PROPAGATE && (value === null || value === undefined)
    if (isBare && !excused.has(source)) fault(path, `null for ${parent.name}.${shape.name}`)
    return completed
  }

  function complete(
    type: GraphQLOutputType,
    shape: FieldShape,
    value: unknown,
    path: Path,
  ): unknown {
    if (isNonNullType(type)) return complete(type.ofType, shape, value, path) ?? PROPAGATE
    if (value === null || value === undefined) return null
    if (isListType(type)) return list(type.ofType, shape, value, path)
    return isLeafType(type) ? leaf(type, value, path) : composite(type, shape, value, path)
  }

  function leaf(type: GraphQLLeafType, value: unknown, path: Path): unknown {
    const checked = leafCheck(type)(value)
    if (checked === undefined) fault(path, `a value that is no ${type.name}`)
    return checked ?? null
  }

  function composite(type: GraphQLOutputType, shape: FieldShape, value: unknown, path: Path) {
    if (!isJsonObject(value)) return fault(path, 'something that is no object')
    const concrete = shape.below && readableType(schema, type, value.__typename, shape.below)
    if (concrete && shape.below) {
      return object(concrete, shape.below.fieldsOf(concrete), value, path)
    }
    return excused.has(value) ? null : fault(path, 'an object of no known type')
  }

  function list(of: GraphQLOutputType, shape: FieldShape, value: unknown, path: Path): unknown {
    if (!Array.isArray(value)) return fault(path, 'something that is no list')
    const items = value.map((item, at) => {
      const completed = complete(of, shape, item, [...path, at])
      const isBare = completed === PROPAGATE && (item === null || item === undefined)
      if (isBare) fault([...path, at], 'null in a list of what may not be null')
      return completed
    })
    return items.includes(PROPAGATE) ? null : items
  }

  function fault(path: Path, detail: string): null {
    if (!isTold(path)) faults.push({ path, detail })
    return null
  }

  return { data: object(root, fields.fieldsOf(root), data, []), faults }
}
