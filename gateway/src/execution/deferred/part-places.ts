import type { GraphQLObjectType, GraphQLOutputType, GraphQLSchema } from 'graphql'
import { getOwn, isJsonObject, type JsonObject } from '../json.ts'
import type { Path } from '../plan-paths.ts'
import { readableType, type SelectionShape } from '../response-shape.ts'
import { fragmentAt } from './part-forms.ts'

/** An object of the response that a part is of. */
export type Place = {
  /** Null for what is sent first. */
  readonly fragment: number | null
  /** In the response. */
  readonly path: Path
  /** In the merged data. */
  readonly at: Path
  /** What stands there in the merged data. */
  readonly source: JsonObject
  /** What the schema says that stands there. */
  readonly declared: GraphQLOutputType
}

/**
 * Takes the marks of deferred fragments out of a part that is to be sent. Where something became
 * null, there is none.
 * @param selection the `places` of the part's form
 * @param sent the part's data, completed; changed in place
 */
export function takePlaces(
  selection: SelectionShape,
  part: Place,
  sent: JsonObject,
  schema: GraphQLSchema,
): Place[] {
  const found: Place[] = []

  function ofValue(within: Within, below: SelectionShape, source: unknown, value: unknown): void {
    if (Array.isArray(value) && Array.isArray(source)) {
      for (const [index, item] of value.entries()) {
        const inner = {
          declared: within.declared,
          path: [...within.path, index],
          at: [...within.at, index],
        }
        ofValue(inner, below, source[index], item)
      }
    } else if (isJsonObject(value) && isJsonObject(source)) {
      const type = readableType(schema, within.declared, source.__typename, below)
      if (type) ofObject(within, type, below, source, value)
    }
  }

  function ofObject(
    within: Within,
    type: GraphQLObjectType,
    below: SelectionShape,
    source: JsonObject,
    value: JsonObject,
  ): void {
    for (const field of below.fieldsOf(type)) {
      const fragment = fragmentAt(field)
      if (fragment !== null) {
        delete value[field.key]
        found.push({ ...within, fragment, source })
      } else if (field.type && field.below) {
        const inner = {
          declared: field.type,
          path: [...within.path, field.key],
          at: [...within.at, field.source],
        }
        ofValue(inner, field.below, getOwn(source, field.source), getOwn(value, field.key))
      }
    }
  }

  ofValue(part, selection, part.source, sent)
  return found
}

type Within = Pick<Place, 'declared' | 'path' | 'at'>
