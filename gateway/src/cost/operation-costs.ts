import { type DocumentNode, type GraphQLSchema, valueFromASTUntyped } from 'graphql'
import { LRUCache } from 'lru-cache'
import { expandFragments } from '../authorization/expand-fragments.ts'
import type { JsonObject } from '../execution/json.ts'
import { conditionVariables } from '../execution/response-shape.ts'
import { actualCost } from './actual-cost.ts'
import { amountFor } from './amount.ts'
import { type CompiledCost, compileCost } from './compile-cost.ts'
import { readCostRules } from './cost-rules.ts'

type Variables = Readonly<Record<string, unknown>>

/** The costs of one operation, by the values of its variables. In cost units: an object is 1. */
export type OperationCost = {
  /**
   * Known before anything is planned.
   * @param variables as sent; what is not of its type counts as not given
   * @throws AppError OPERATION_TOO_COSTLY where the operation multiplies itself without end
   */
  estimate(variables: Variables | undefined): number
  /** Counted in the data of a response. */
  actual(data: JsonObject, variables: Variables | undefined): number
}

export type CostRequest = {
  /** Of the document's text. */
  readonly queryHash: string
  /** Valid against the schema. */
  readonly document: DocumentNode
  readonly operationName: string | undefined
}

/** Costs of operations on one supergraph, each worked out once. */
export type OperationCosts = { of(request: CostRequest): OperationCost | null }

const MOST_OPERATIONS = 2_000
/** More choices of `@skip` and `@include` than anybody has; they are worked out anew beyond. */
const MOST_FORMS = 64

/**
 * @param schema what clients see of the supergraph
 * @throws Error where the text is not a composed supergraph
 */
export function createOperationCosts(schema: GraphQLSchema, supergraphSdl: string): OperationCosts {
  const rules = readCostRules(supergraphSdl)
  const known = new LRUCache<string, OperationCost>({ max: MOST_OPERATIONS })

  function make({ document, operationName }: CostRequest): OperationCost | null {
    const operation = expandFragments(document, operationName)
    if (!operation) return null
    const conditionNames = conditionVariables(operation)
    const defaults = Object.fromEntries(
      (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
        defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
      ),
    )
    const hasDefaults = Object.keys(defaults).length > 0
    const complete = (variables: Variables = {}) =>
      hasDefaults ? { ...defaults, ...variables } : variables
    const forms = new Map<string, CompiledCost>()

    function formFor(variables: Variables): CompiledCost {
      const key = conditionNames.map((name) => (variables[name] === true ? 1 : 0)).join('')
      const made = forms.get(key)
      if (made) return made
      const conditions = Object.fromEntries(
        conditionNames.map((name) => [name, variables[name] === true]),
      )
      const form = compileCost(schema, rules, operation as never, conditions)
      if (forms.size >= MOST_FORMS) forms.clear()
      forms.set(key, form)
      return form
    }

    return {
      estimate(given) {
        const variables = complete(given)
        return amountFor(formFor(variables).estimate, variables)
      },
      actual(data, given) {
        const variables = complete(given)
        return actualCost(formFor(variables), schema, data, variables)
      },
    }
  }

  return {
    of(request) {
      const key = `${request.queryHash} ${request.operationName ?? ''}`
      const found = known.get(key)
      if (found) return found
      const made = make(request)
      if (made) known.set(key, made)
      return made
    },
  }
}
