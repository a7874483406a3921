import type { GatewayExecutionResult } from '@apollo/server-gateway-interface'
import { type DocumentNode, getOperationAST } from 'graphql'
import type { GatewayContext } from '../../../src/gateway-context.ts'
import type { SupergraphGeneration } from '../../../src/supergraph/supergraph-generation.ts'

export type AskedDocument = {
  readonly text: string
  readonly document: DocumentNode
  readonly variables: Record<string, unknown>
}

/** Has a generation execute an operation for nobody; `salt` decides what fails in its subgraphs. */
export async function askGeneration(
  generation: SupergraphGeneration,
  { text, document, variables }: AskedDocument,
  salt: number,
  context: Pick<GatewayContext, 'deferral'> = {},
): Promise<GatewayExecutionResult> {
  return generation.execute({
    schema: generation.schema,
    document,
    source: text,
    queryHash: text,
    operation: getOperationAST(document),
    operationName: null,
    request: { query: text, variables },
    context: {
      requestId: String(salt),
      principal: null,
      setCookies: [],
      ...context,
    } as unknown as GatewayContext,
  } as never)
}
