import type { GatewayExecutionResult, GatewayExecutor } from '@apollo/server-gateway-interface'
import { type GraphQLSchema, getVariableValues, Kind } from 'graphql'
import type { GatewayContext } from '../../gateway-context.ts'
import type { DeferralSlot } from '../../supergraph/deferral-slot.ts'
import { type OperationStore, planNow } from '../operation-store.ts'
import { type DeferrableFragment, deferrableIn } from './deferred-fragments.ts'
import { executeDeferred } from './execute-deferred.ts'

type Variables = Readonly<Record<string, unknown>>

/**
 * Answers operations with the first of their parts and puts what comes later into the request's
 * slot. What has nothing to be deferred, or a client that takes no parts, is left to another.
 * @param whole answers in one piece, whatever is marked with `@defer`
 */
export function deferringExecutor(
  whole: GatewayExecutor,
  store: OperationStore,
  schema: GraphQLSchema,
): GatewayExecutor {
  async function inParts(
    request: Request,
    slot: DeferralSlot,
    fragments: readonly DeferrableFragment[],
  ): Promise<GatewayExecutionResult> {
    const { queryHash, document, operation } = request
    const { operationName, variables = {} } = request.request
    const context = request.context as GatewayContext
    const definitions = operation?.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(schema, definitions, variables)
    if (errors) return { errors }
    const deferred = deferredOf(fragments, coerced)
    if (deferred.size === 0) return whole(request)
    const asked = { queryHash, document, operationName, variables, deferred }
    const prepared = store.known(asked) ?? (await planNow(store, asked, context.record))
    if (!prepared.parts) return whole(request)
    const execution = { prepared, variables: coerced, context, schema }
    const { later, ...first } = await executeDeferred(execution, prepared.parts)
    context.record?.enter('respond')
    const labelOf = (fragment: number) => fragments[fragment]?.label ?? null
    if (later && first.data) slot.later = { first: first.data, parts: later, labelOf }
    return (first.errors.length > 0 ? first : { data: first.data }) as GatewayExecutionResult
  }

  return (request) => {
    const { deferral } = request.context as GatewayContext
    if (!deferral) return whole(request)
    const fragments = deferrableIn(request.document, request.request.operationName)
    return fragments.length > 0 ? inParts(request, deferral, fragments) : whole(request)
  }
}

type Request = Parameters<GatewayExecutor>[0]

/** Numbers of the fragments that are deferred with these values of their conditions. */
function deferredOf(
  fragments: readonly DeferrableFragment[],
  variables: Variables,
): ReadonlySet<number> {
  const numbers = fragments.flatMap(({ condition }, number) => {
    if (condition?.kind === Kind.VARIABLE && variables[condition.name.value] !== true) return []
    return condition?.kind === Kind.BOOLEAN && !condition.value ? [] : [number]
  })
  return new Set(numbers)
}
