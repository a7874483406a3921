import { AppError } from '@logicspike/errors'
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import { collectFields } from '../authorization/collect-fields.ts'
import { type Amount, most, plus, times } from './amount.ts'
import { argumentsCost, listLength } from './argument-values.ts'
import type { CostRules } from './cost-rules.ts'

/** What one field of an object costs. */
export type FieldCost = {
  readonly key: string
  readonly type: GraphQLOutputType
  /** Of each value; null where that depends on what object it is. */
  readonly weight: number | null
  /** Of the call: arguments, and being a mutation. */
  readonly call: Amount
  readonly below: SelectionCost | null
  /** All of it, lists being as long as they are expected to be. */
  readonly estimate: Amount
}

export type SelectionCost = {
  /** Fields that may cost something. */
  fieldsOf(type: GraphQLObjectType): readonly FieldCost[]
  /** Of one object, without what is selected on it. */
  weightOf(type: GraphQLObjectType): number
}

export type CompiledCost = {
  readonly root: GraphQLObjectType
  readonly fields: readonly FieldCost[]
  readonly estimate: Amount
}

/** Items of a list of which nothing is said. */
const DEFAULT_LENGTH = 10
/** A mutation changes something, and what follows from that is unseen. */
const MUTATION = 10
/** `__schema` and `__type` are answered here and kept. */
const INTROSPECTION = 1
/**
 * Fields looked at for one operation. One that is written to multiply itself over abstract types
 * ends here; others have a few thousand at most.
 */
const MOST_FIELDS = 20_000

/**
 * Works out what an operation costs, as far as its document tells: an object costs 1, a scalar
 * nothing, `@cost` says otherwise, and all of it is multiplied by the length of lists. Fields that
 * are asked for twice under one key count once; of the types an abstract one may be, the dearest.
 * @param operation as expandFragments makes it
 * @param conditions values of the variables in `@skip` and `@include`
 * @throws AppError OPERATION_TOO_COSTLY where there is no end to it
 */
export function compileCost(
  schema: GraphQLSchema,
  rules: CostRules,
  operation: OperationDefinitionNode,
  conditions: Readonly<Record<string, unknown>>,
): CompiledCost {
  const root = schema.getRootType(operation.operation)
  if (!root) return { root: schema.getQueryType() as GraphQLObjectType, fields: [], estimate: 0 }
  const base = operation.operation === 'mutation' ? MUTATION : 0
  const compile = selectionCompiler(schema, rules, conditions)
  const fields = compile([operation], NO_SIZES, base).fieldsOf(root)
  return { root, fields, estimate: plus(fields.map(({ estimate }) => estimate)) }
}

/** Lengths that a field knows of lists directly below it. */
type Sizes = { readonly names: readonly string[]; readonly length: Amount }
type Parent = Pick<FieldNode, 'selectionSet'> | OperationDefinitionNode

const NO_SIZES: Sizes = { names: [], length: 0 }

function selectionCompiler(
  schema: GraphQLSchema,
  rules: CostRules,
  conditions: Readonly<Record<string, unknown>>,
) {
  const numbers = new Map<Parent, number>()
  const known = new Map<string, SelectionCost>()
  const context = { schema, variables: conditions, removed: new Map() }
  let left = MOST_FIELDS

  /** Made once for the same nodes, wherever they apply, unless the parent knows sizes below it. */
  function selection(parents: readonly Parent[], sizes: Sizes, base: number): SelectionCost {
    if (sizes.names.length > 0) return makeSelection(parents, sizes, base)
    const key = parents.map(numberOf).join()
    const made = known.get(key) ?? makeSelection(parents, sizes, base)
    known.set(key, made)
    return made
  }

  function makeSelection(parents: readonly Parent[], sizes: Sizes, base: number): SelectionCost {
    const sources = parents.flatMap(({ selectionSet }) =>
      selectionSet ? [{ set: selectionSet, denied: null }] : [],
    )
    const byType = new Map<GraphQLObjectType, readonly FieldCost[]>()
    return {
      weightOf: ({ name }) => rules.weights.get(name) ?? 1,
      fieldsOf(type) {
        const made = byType.get(type)
        if (made) return made
        const fields = [...collectFields(type, sources, context)].flatMap(([key, entries]) => {
          left -= 1
          if (left < 0)
            throw new AppError('OPERATION_TOO_COSTLY', 'The operation selects too much.')
          const nodes = entries.map(({ node }) => node)
          const cost = fieldCost(type, key, nodes, sizes, base)
          return cost.estimate === 0 && !cost.below ? [] : [cost]
        })
        byType.set(type, fields)
        return fields
      },
    }
  }

  function fieldCost(
    parent: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
    sizes: Sizes,
    base: number,
  ): FieldCost {
    const node = nodes[0] as FieldNode
    const name = node.name.value
    const field = parent.getFields()[name]
    if (!field) return unknownField(key, name, parent)
    const coordinate = `${parent.name}.${name}`
    const named = getNamedType(field.type)
    const weight = rules.weights.get(coordinate) ?? leafWeight(named)
    const size = rules.listSizes.get(coordinate)
    const length = listLength(size, node, field, DEFAULT_LENGTH)
    const sized = { names: size?.sizedFields ?? [], length }
    const below = isCompositeType(named) ? selection(nodes, sized, 0) : null
    const call = plus([base, argumentsCost(node, field, coordinate, rules)])
    const each = below ? dearest(below, named as GraphQLCompositeType, weight) : (weight ?? 0)
    const own = sized.names.length > 0 ? DEFAULT_LENGTH : length
    const values = count(field.type, sizes.names.includes(name) ? sizes.length : own)
    return {
      key,
      type: field.type,
      weight,
      call,
      below,
      estimate: plus([call, times(values, each)]),
    }
  }

  function leafWeight(type: GraphQLNamedType): number | null {
    return isCompositeType(type) ? null : (rules.weights.get(type.name) ?? 0)
  }

  function dearest(
    below: SelectionCost,
    type: GraphQLCompositeType,
    weight: number | null,
  ): Amount {
    const types = isObjectType(type) ? [type] : schema.getPossibleTypes(type)
    return most(
      types.map((it) =>
        plus([weight ?? below.weightOf(it), ...below.fieldsOf(it).map(({ estimate }) => estimate)]),
      ),
    )
  }

  function numberOf(node: Parent): number {
    const number = numbers.get(node) ?? numbers.size
    numbers.set(node, number)
    return number
  }

  return selection
}

function unknownField(key: string, name: string, type: GraphQLObjectType): FieldCost {
  const estimate = name === '__typename' ? 0 : INTROSPECTION
  return { key, type, weight: 0, call: estimate, below: null, estimate }
}

/** Values in a field: the length of its list, and the usual one of lists within. */
function count(type: GraphQLOutputType, length: Amount): Amount {
  if (isNonNullType(type)) return count(type.ofType, length)
  return isListType(type) ? times(length, count(type.ofType, DEFAULT_LENGTH)) : 1
}
