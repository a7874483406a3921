import type { GatewayExecutionResult, GatewayExecutor } from '@apollo/server-gateway-interface'
import type { GraphQLSchema } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import { executeOperation } from './execute-operation.ts'
import { type OperationStore, planNow } from './operation-store.ts'
import { WrittenData } from './written-data.ts'

/**
 * What Apollo Server has operations executed by.
 * @param as `text`: the data is `WrittenData` wherever all is well with it
 */
export function createExecutor(
  store: OperationStore,
  schema: GraphQLSchema,
  as: 'text' | 'values',
): GatewayExecutor {
  return async ({ queryHash, document, request, context }) => {
    const { operationName, variables } = request
    const { record } = context as GatewayContext
    const asked = { queryHash, document, operationName, variables }
    const prepared = store.known(asked) ?? (await planNow(store, asked, record))
    if (record) record.outline = prepared.outline
    record?.enter('execute')
    const coerced = prepared.coerce(variables)
    if (!coerced.ok) return { errors: coerced.errors }
    const executed = await executeOperation({
      prepared,
      variables: coerced.variables,
      context: context as GatewayContext,
      schema,
      as,
    })
    record?.enter('respond')
    if ('body' in executed)
      return { data: new WrittenData(executed.body, executed.source) as never }
    const { data, errors } = executed
    return (errors.length > 0 ? { data, errors } : { data }) as GatewayExecutionResult
  }
}
