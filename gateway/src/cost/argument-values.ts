import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql'
import type { ObjMap } from 'graphql/jsutils/ObjMap.js'
import { type Amount, plus } from './amount.ts'
import type { CostRules, ListSize } from './cost-rules.ts'

type Field = GraphQLField<unknown, unknown>
type Variables = Readonly<Record<string, unknown>>

/**
 * How long a list is that arguments bound: the greatest of the slicing arguments that are given,
 * else the assumed size. Several given at once, or none, is no error here: the bound is what counts.
 * @param otherwise where nothing is known of the list
 */
export function listLength(
  size: ListSize | undefined,
  node: FieldNode,
  field: Field,
  otherwise: number,
): Amount {
  if (!size) return otherwise
  const assumed = size.assumedSize ?? otherwise
  const given = size.slicingArguments.map((path) => argumentAt(path, node, field))
  const lengthOf = (values: readonly unknown[]) => {
    const lengths = values.filter((value) => typeof value === 'number' && value >= 0)
    return lengths.length === 0 ? assumed : Math.max(...(lengths as number[]))
  }
  if (!given.some((read) => typeof read === 'function')) return lengthOf(given)
  return (variables) =>
    lengthOf(given.map((read) => (typeof read === 'function' ? read(variables) : read)))
}

/** What a field's arguments cost: 1 for each input object, and what `@cost` says. */
export function argumentsCost(
  node: FieldNode,
  field: Field,
  coordinate: string,
  { weights }: CostRules,
): Amount {
  return plus(
    field.args.map((definition) => {
      const weight = weights.get(`${coordinate}(${definition.name}:)`)
      if (weight === undefined && !mayCost(definition.type, weights)) return 0
      const cost = (value: unknown) => costOfValue(value, definition.type, weight, weights)
      const value = argumentAt(definition.name, node, field)
      return typeof value === 'function' ? (variables) => cost(value(variables)) : cost(value)
    }),
  )
}

/** A value that stands in the document or the schema, or how to find it among the variables. */
function argumentAt(path: string, node: FieldNode, field: Field): unknown {
  const [name, ...rest] = path.split('.')
  const literal = node.arguments?.find((it) => it.name.value === name)?.value
  const definition = field.args.find((it) => it.name === name)
  const read = (variables: Variables) => {
    const given = literal && valueFromASTUntyped(literal, variables as ObjMap<unknown>)
    const value = given === undefined ? definition?.defaultValue : given
    return rest.reduce<unknown>((at, key) => (at as ObjMap<unknown> | null)?.[key], value)
  }
  return literal && usesVariables(literal) ? read : read({})
}

function usesVariables(literal: ValueNode): boolean {
  let found = false
  visit(literal, {
    Variable() {
      found = true
    },
  })
  return found
}

function mayCost(type: GraphQLInputType, weights: CostRules['weights']): boolean {
  const named = getNamedType(type)
  return isInputObjectType(named) || weights.has(named.name)
}

/** @param weight what `@cost` says in place of the type */
function costOfValue(
  value: unknown,
  type: GraphQLInputType,
  weight: number | undefined,
  weights: CostRules['weights'],
): number {
  if (value === undefined || value === null) return 0
  if (isNonNullType(type)) return costOfValue(value, type.ofType, weight, weights)
  if (isListType(type)) {
    const items = Array.isArray(value) ? value : [value]
    return items.reduce((sum, item) => sum + costOfValue(item, type.ofType, weight, weights), 0)
  }
  const own = weight ?? weights.get(type.name) ?? (isInputObjectType(type) ? 1 : 0)
  if (!isInputObjectType(type) || typeof value !== 'object') return own
  return Object.values(type.getFields()).reduce(
    (sum, field) =>
      sum +
      costOfValue(
        (value as ObjMap<unknown>)[field.name],
        field.type,
        weights.get(`${type.name}.${field.name}`),
        weights,
      ),
    own,
  )
}
