import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
} from '@apollo/server-gateway-interface'
import { badRequest } from '@logicspike/errors'
import { GraphQLError, type GraphQLSchema, getVariableValues, OperationTypeNode } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import { withHttpStatus } from '../http-status.ts'
import type { OperationAccess, Verdict } from './operation-access.ts'
import { restoreNulls } from './restore-nulls.ts'

/**
 * Puts the access rules in front of an executor: it plans and runs only what the caller may read.
 * Nothing of what was removed reaches a planner, a subgraph or a cache.
 * @param run for operations that run as they are
 * @param runValues for what is left of others; their data must come as values
 * @param onRemoved told how many fields were removed, where any were
 */
export function authorizedExecutor(options: {
  run: GatewayExecutor
  runValues: GatewayExecutor
  access: OperationAccess
  schema: GraphQLSchema
  onRemoved: (count: number) => void
}): GatewayExecutor {
  const { run, runValues, access, schema, onRemoved } = options
  return async (request) => {
    const { queryHash, source, document, operation, context } = request
    if (operation && !isServed(operation.operation, schema)) {
      return { errors: [withHttpStatus(notServed(operation.operation))] }
    }
    const { record } = context as GatewayContext
    record?.enter('authorize')
    const verdict = await access.judge({
      queryHash,
      source,
      document,
      operationName: request.request.operationName,
      context: context as GatewayContext,
    })
    if (!verdict) return { errors: [new GraphQLError('The document has no such operation.')] }
    if (verdict.whole) return run(request)
    onRemoved(verdict.filtered.removed.size)
    return runFiltered(runValues, request, verdict, schema)
  }
}

async function runFiltered(
  run: GatewayExecutor,
  request: GatewayGraphQLRequestContext,
  { filtered, queryHash }: Extract<Verdict, { whole: false }>,
  schema: GraphQLSchema,
): Promise<GatewayExecutionResult> {
  const { document, operation } = filtered
  const { coerced, errors } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    request.request.variables ?? {},
  )
  if (errors) return { errors }
  const result = document ? await run({ ...request, document, queryHash }) : { data: {} }
  if (!result.data) return result
  const restored = restoreNulls(result.data, filtered, schema, coerced)
  return {
    ...result,
    data: restored.data,
    errors: [...(result.errors ?? []), ...restored.errors],
  }
}

function notServed(kind: OperationTypeNode) {
  return badRequest(
    kind === OperationTypeNode.SUBSCRIPTION
      ? 'Subscriptions need `accept: text/event-stream`, or a WebSocket.'
      : `There are no ${kind}s here.`,
  )
}

/** Validation lets an operation of a kind pass for which the schema has no root type. */
function isServed(kind: OperationTypeNode, schema: GraphQLSchema): boolean {
  return kind !== OperationTypeNode.SUBSCRIPTION && Boolean(schema.getRootType(kind))
}
