import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import {
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'
import { compilePlan } from './compile-plan.ts'
import type { Step } from './fetch-step.ts'
import { compileIntrospection, type Introspection } from './introspection.ts'
import { outlinePlan } from './outline-plan.ts'
import type { RenamedOperation, ResponseKeys } from './response-keys.ts'
import { conditionVariables, type ResponseShape, shapeResponse } from './response-shape.ts'
import type { SubgraphClient } from './subgraph-client.ts'
import type { TypeConditions } from './type-conditions.ts'
import { compileResponseWriter, type ResponseWriter } from './write-response.ts'

export type ResponseForm = { readonly shape: ResponseShape; readonly write: ResponseWriter }

type Variables = Readonly<Record<string, unknown>>
export type CoercedVariables =
  | { readonly ok: true; readonly variables: Variables }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] }

/** Everything about an operation that does not depend on who sends it, when, and with what values. */
export type PreparedOperation = {
  readonly kind: OperationDefinitionNode['operation']
  coerce(variables: Variables | undefined): CoercedVariables
  readonly introspect: Introspection | null
  /** Fetches from subgraphs; of a subscription, what is done for each of its events. */
  readonly fetch: Step
  /** Of a subscription, the fetch that opens it. */
  readonly source: FetchNode | null
  /** Of a subscription, whether anything is fetched for its events. */
  readonly hasRest: boolean
  /** Client's keys by those that stand for them in plan and data, where these are others. */
  readonly clientKeys: ReadonlyMap<string, string>
  /** Its plan, for people; without anything a client wrote. */
  outline(): readonly string[]
  /** The response's form for these values of `@skip` and `@include`. */
  formFor(variables: Variables): ResponseForm
}

export type PreparationEnvironment = {
  readonly schema: GraphQLSchema
  readonly types: TypeConditions
  readonly client: SubgraphClient
  readonly keys: ResponseKeys
}

/** More choices of `@skip` and `@include` than anybody has; the forms are made anew beyond. */
const MOST_FORMS = 64

const NO_VARIABLES: CoercedVariables = { ok: true, variables: {} }

/**
 * Compiles an operation and its plan.
 * @param operation as expandFragments makes it, valid against the schema
 * @param renamed the same with the keys that it was planned with
 */
export function prepareOperation(
  operation: OperationDefinitionNode,
  renamed: RenamedOperation,
  { node }: QueryPlan,
  environment: PreparationEnvironment,
): PreparedOperation {
  const { schema, keys } = environment
  const { variableDefinitions = [] } = operation
  return {
    kind: operation.operation,
    coerce(variables = {}) {
      if (variableDefinitions.length === 0) return NO_VARIABLES
      const { coerced, errors } = getVariableValues(schema, variableDefinitions, variables)
      return errors ? { ok: false, errors } : { ok: true, variables: coerced }
    },
    introspect: compileIntrospection(schema, renamed.operation),
    ...compileFetching(node, environment),
    clientKeys: renamed.clientKeys,
    outline: () => outlinePlan(node, schema),
    formFor: formsOf(schema, operation, keys),
  }
}

function compileFetching(node: QueryPlan['node'], environment: PreparationEnvironment) {
  if (node?.kind !== 'Subscription') {
    return {
      fetch: compilePlan(node as PlanNode | undefined, environment),
      source: null,
      hasRest: false,
    }
  }
  const { primary, rest } = node
  return {
    fetch: compilePlan(rest, environment, [primary]),
    source: primary,
    hasRest: rest !== undefined,
  }
}

function formsOf(schema: GraphQLSchema, operation: OperationDefinitionNode, keys: ResponseKeys) {
  const names = conditionVariables(operation)
  const forms = new Map<string, ResponseForm>()
  return (variables: Variables): ResponseForm => {
    const key = names.map((name) => (variables[name] === true ? 1 : 0)).join('')
    const known = forms.get(key)
    if (known) return known
    const conditions = Object.fromEntries(names.map((name) => [name, variables[name] === true]))
    const shape = shapeResponse(schema, operation, conditions, keys.internalKey)
    const form = { shape, write: compileResponseWriter(shape, schema) }
    if (forms.size >= MOST_FORMS) forms.clear()
    forms.set(key, form)
    return form
  }
}
