import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql'
import { getOwn, isJsonObject, type JsonObject } from '../execution/json.ts'
import { concreteType } from '../execution/response-shape.ts'
import { amountFor } from './amount.ts'
import type { CompiledCost, FieldCost } from './compile-cost.ts'

/**
 * What an operation did cost: as estimated, but with the lists of the response. Objects of an
 * abstract type count as the first possible one where they do not tell what they are.
 * @param data of the response
 */
export function actualCost(
  { fields }: CompiledCost,
  schema: GraphQLSchema,
  data: JsonObject,
  variables: Readonly<Record<string, unknown>>,
): number {
  function ofObject(fields: readonly FieldCost[], object: JsonObject): number {
    let sum = 0
    for (const field of fields) {
      sum += amountFor(field.call, variables) + ofValue(field, getOwn(object, field.key))
    }
    return sum
  }

  function ofValue(field: FieldCost, value: unknown): number {
    if (value === null || value === undefined) return 0
    if (Array.isArray(value)) {
      let sum = 0
      for (const item of value) sum += ofValue(field, item)
      return sum
    }
    return isJsonObject(value) ? ofComposite(field, value) : (field.weight ?? 0)
  }

  /** One object may stand in many places. */
  const known = new Map<JsonObject, { readonly field: FieldCost; readonly sum: number }>()

  function ofComposite(field: FieldCost, object: JsonObject): number {
    const { below, weight } = field
    const before = known.get(object)
    if (before?.field === field) return before.sum
    const type = typeOf(field, object)
    if (!below || !type) return weight ?? 0
    const sum = (weight ?? below.weightOf(type)) + ofObject(below.fieldsOf(type), object)
    known.set(object, { field, sum })
    return sum
  }

  function typeOf({ type }: FieldCost, { __typename }: JsonObject): GraphQLObjectType | undefined {
    const named = getNamedType(type)
    if (isObjectType(named)) return named
    if (!isAbstractType(named)) return undefined
    return concreteType(schema, type, __typename) ?? schema.getPossibleTypes(named)[0]
  }

  return ofObject(fields, data)
}
