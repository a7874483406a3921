import { ApolloGateway } from '@apollo/gateway'
import type { GatewayExecutor } from '@apollo/server-gateway-interface'
import type { Logger } from '@logicspike/telemetry'
import type { GraphQLSchema } from 'graphql'
import { readAccessRules } from '../authorization/access-rules.ts'
import type { UnmarkedRootFields } from '../authorization/analyse-operation.ts'
import { authorizedExecutor } from '../authorization/authorized-executor.ts'
import { createOperationAccess } from '../authorization/operation-access.ts'
import { withoutSecurityDirectives } from '../authorization/without-security-directives.ts'
import { disableApolloTelemetry } from '../environment.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { withPublicErrors } from '../plugins/use-error-masking.ts'
import { currentScope } from '../request-scope.ts'
import type { SubgraphDataSource } from './subgraph-data-source.ts'

/** One supergraph, ready to answer: the schema clients see and what runs their operations. */
export type SupergraphGeneration = {
  readonly schema: GraphQLSchema
  /** The composed file without the directives that are enforced before planning. */
  readonly plannedSdl: string
  readonly execute: GatewayExecutor
  stop(): Promise<void>
}

export type GenerationOptions = {
  /** Throws for a subgraph that no link leads to. */
  readonly dataSourceFor: (subgraph: { name: string }) => SubgraphDataSource
  readonly unmarkedRootFields: UnmarkedRootFields
  readonly log: Logger
}

/**
 * Builds everything that depends on the supergraph, and nothing else has any part of it: access
 * rules, planner and executor of one generation always belong together.
 * @throws Error where the text is not a composed supergraph that this gateway can serve
 */
export async function buildGeneration(
  supergraphSdl: string,
  { dataSourceFor, unmarkedRootFields, log }: GenerationOptions,
): Promise<SupergraphGeneration> {
  const rules = readAccessRules(supergraphSdl)
  const plannedSdl = withoutSecurityDirectives(supergraphSdl)
  disableApolloTelemetry()
  const gateway = new ApolloGateway({
    supergraphSdl: plannedSdl,
    buildService: ({ name }) => dataSourceFor({ name }),
    // By default only outside production: a broken file must be refused there most of all.
    validateSupergraph: true,
    // By default on outside production: a header would show clients the subgraphs' names.
    __exposeQueryPlanExperimental: false,
    logger: log,
  })
  const { schema, executor } = await gateway.load()
  const execute = authorizedExecutor({
    run: withPublicErrors(executor),
    access: createOperationAccess(schema, rules, unmarkedRootFields),
    schema,
    callerOf: (context) => (context as GatewayContext).principal,
    onRemoved: noteRemoved,
  })
  return { schema, plannedSdl, execute, stop: () => gateway.stop() }
}

function noteRemoved(count: number): void {
  const operation = currentScope()?.operation
  if (operation) operation.removedFields = count
}
