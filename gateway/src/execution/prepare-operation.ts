import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import {
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'
import { compilePlan } from './compile-plan.ts'
import { formsByCondition } from './condition-forms.ts'
import { type ResponseParts, shapeParts } from './deferred/part-forms.ts'
import type { Step } from './fetch-step.ts'
import { compileIntrospection, type Introspection } from './introspection.ts'
import { outlinePlan } from './outline-plan.ts'
import type { RenamedOperation, ResponseKeys } from './response-keys.ts'
import { type ResponseShape, shapeResponse } from './response-shape.ts'
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
  /** The parts in which the response is sent; null where it is sent in one. */
  readonly parts: ResponseParts | null
}

export type PreparationEnvironment = {
  readonly schema: GraphQLSchema
  readonly types: TypeConditions
  readonly client: SubgraphClient
  readonly keys: ResponseKeys
}

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
    formFor: formsByCondition(operation, (conditions) => {
      const shape = shapeResponse(schema, operation, conditions, renamed.keyOf)
      return { shape, write: compileResponseWriter(shape, schema) }
    }),
    parts: shapeParts(schema, operation, { ...keys, keyOf: renamed.keyOf }),
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
