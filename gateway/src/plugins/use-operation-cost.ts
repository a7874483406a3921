import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server'
import { AppError } from '@logicspike/errors'
import type { GraphQLSchema } from 'graphql'
import type { OperationCost, OperationCosts } from '../cost/operation-costs.ts'
import { isJsonObject } from '../execution/json.ts'
import { WrittenData } from '../execution/written-data.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { withHttpStatus } from '../http-status.ts'
import { refusalBy } from '../rate-limits/rate-limit-headers.ts'
import type { Charge, RateLimiter, Verdict } from '../rate-limits/rate-limiter.ts'
import { type CostOfRequest, currentScope } from '../request-scope.ts'

export type OperationCostOptions = {
  /** Costs on the supergraph that a request was validated by. */
  readonly costsOf: (schema: GraphQLSchema) => OperationCosts | undefined
  /** The most one operation may cost. Cost units. */
  readonly maximum: number
  /** Absent where nothing is limited. */
  readonly rateLimiter?: RateLimiter | undefined
}

/** A client that sends this header, with `1`, is told what its operation cost. */
export const COST_HEADER = 'x-request-cost'

/**
 * Refuses operations that would cost too much before they are planned, charges the others to whoever
 * asks, and tells what they did cost: in the log always, in `extensions.cost` where a client asks for it by the header
 * `x-request-cost: 1` or by `"extensions": { "cost": true }` in its request.
 */
export function useOperationCost({
  costsOf,
  maximum,
  rateLimiter,
}: OperationCostOptions): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ request }) {
      let cost: OperationCost | null = null
      let ofRequest: CostOfRequest | null = null
      let charge: Charge | null = null

      /** @param data all that was answered */
      function settle(data: unknown): void {
        if (!cost || !ofRequest) return
        const actual = actualOf(cost, data, request.variables)
        if (actual !== null) ofRequest.actual = actual
        if (charge) noteBudget({ ...charge, status: charge.settle(ofRequest.actual ?? 0) })
      }

      return {
        async didResolveOperation({ schema, queryHash, document, contextValue }) {
          const { operationName, variables } = request
          cost = costsOf(schema)?.of({ queryHash, document, operationName }) ?? null
          if (!cost) return
          ofRequest = { estimated: estimated(cost, variables) }
          const operation = currentScope()?.operation
          if (operation) operation.cost = ofRequest
          if (ofRequest.estimated > maximum) throw withHttpStatus(overMaximum(ofRequest, maximum))
          if (rateLimiter) charge = await charged(rateLimiter, contextValue, ofRequest)
        },
        async willSendResponse({ response: { body }, contextValue }) {
          if (!cost || !ofRequest || body.kind !== 'single') return
          const result = body.singleResult
          const { deferral } = contextValue
          if (deferral?.later) deferral.onEnd.push(settle)
          else settle(result.data)
          if (!isAskedFor(request)) return
          result.extensions = { ...result.extensions, cost: { ...ofRequest, maximum } }
        },
      }
    },
  }
}

async function charged(
  rateLimiter: RateLimiter,
  context: GatewayContext,
  { estimated: units }: CostOfRequest,
): Promise<Charge> {
  try {
    const charge = await rateLimiter.charge(context, units)
    noteBudget(charge)
    if (!charge.isAllowed) throw refusalBy(charge.status)
    return charge
  } catch (error) {
    throw error instanceof AppError ? withHttpStatus(error) : error
  }
}

function noteBudget({ isAllowed, status }: Verdict): void {
  const scope = currentScope()
  if (scope) scope.budget = { isAllowed, status }
}

function estimated(cost: OperationCost, variables: GraphQLRequest['variables']): number {
  try {
    return cost.estimate(variables)
  } catch (error) {
    throw error instanceof AppError ? withHttpStatus(error) : error
  }
}

function overMaximum({ estimated: cost }: CostOfRequest, maximum: number): AppError {
  return new AppError(
    'OPERATION_TOO_COSTLY',
    `The operation would cost up to ${cost}, which exceeds the limit of ${maximum}.`,
    { extensions: { limit: 'cost', maximum, cost } },
  )
}

/** Costs of data that several requests were answered with. */
const known = new WeakMap<WrittenData, number>()

function actualOf(
  cost: OperationCost,
  data: unknown,
  variables: GraphQLRequest['variables'],
): number | null {
  if (!(data instanceof WrittenData))
    return isJsonObject(data) ? cost.actual(data, variables) : null
  const actual = known.get(data) ?? cost.actual(data.source, variables)
  known.set(data, actual)
  return actual
}

function isAskedFor({ http, extensions }: GraphQLRequest): boolean {
  return http?.headers.get(COST_HEADER) === '1' || extensions?.cost === true
}
