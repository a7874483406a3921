import { ApolloGateway } from '@apollo/gateway'
import type { GatewayExecutor } from '@apollo/server-gateway-interface'
import { internal } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import { type GraphQLSchema, parse, validate } from 'graphql'
import { readAccessRules } from '../authorization/access-rules.ts'
import type { UnmarkedRootFields } from '../authorization/analyse-operation.ts'
import { authorizedExecutor } from '../authorization/authorized-executor.ts'
import { createOperationAccess } from '../authorization/operation-access.ts'
import { type Policies, policyAsker } from '../authorization/policies.ts'
import { withoutSecurityDirectives } from '../authorization/without-security-directives.ts'
import { createOperationCosts, type OperationCosts } from '../cost/operation-costs.ts'
import { disableApolloTelemetry } from '../environment.ts'
import { withDeferDirective } from '../execution/deferred/defer-directive.ts'
import { deferringExecutor } from '../execution/deferred/deferring-executor.ts'
import { createExecutor } from '../execution/executor.ts'
import {
  createOperationStore,
  type OperationRequest,
  type OperationStore,
} from '../execution/operation-store.ts'
import {
  prepareStream,
  type StreamPreparation,
  type StreamRequest,
} from '../execution/prepare-stream.ts'
import { createResponseKeys } from '../execution/response-keys.ts'
import { identityText, type Sharing, shareOperations } from '../execution/sharing.ts'
import { createSubgraphClient, type SubgraphClientOptions } from '../execution/subgraph-client.ts'
import { typeConditions } from '../execution/type-conditions.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { createPlanner, type Planner } from '../planning/planner.ts'
import { currentScope } from '../request-scope.ts'
import type { SubgraphLink } from '../subgraph-links/subgraph-link.ts'

/** One supergraph, ready to answer: the schema clients see and what runs their operations. */
export type SupergraphGeneration = {
  readonly schema: GraphQLSchema
  /** The composed file without the directives that are enforced before planning. */
  readonly plannedSdl: string
  readonly execute: GatewayExecutor
  readonly operations: OperationStore
  readonly costs: OperationCosts
  /** @throws Error where the subscription cannot be planned */
  prepareStream(request: StreamRequest): Promise<StreamPreparation>
  /** Prepares operations that another generation knew, as far as they fit this one. */
  warm(known: readonly OperationRequest[]): Promise<void>
  stop(): Promise<void>
}

export type GenerationOptions = Omit<SubgraphClientOptions, 'linkTo'> & {
  /** Throws for a subgraph that no link leads to. */
  readonly linkTo: (subgraph: { name: string; url: string | undefined }) => SubgraphLink
  readonly unmarkedRootFields: UnmarkedRootFields
  /** What answers for the names in `@policy`. */
  readonly policies?: Policies
  readonly sharing: Sharing
  readonly log: Logger
}

/** Operations prepared before a supergraph is served; rarer ones are when they are asked for. */
const MOST_WARMED = 500

/**
 * Builds everything that depends on the supergraph, and nothing else has any part of it: access
 * rules, planner and executor of one generation always belong together.
 * @throws Error where the text is not a composed supergraph that this gateway can serve
 */
export async function buildGeneration(
  supergraphSdl: string,
  options: GenerationOptions,
): Promise<SupergraphGeneration> {
  const rules = readAccessRules(supergraphSdl)
  const plannedSdl = withoutSecurityDirectives(supergraphSdl)
  const { gateway, schema, links } = await load(plannedSdl, options)
  const planner = timed(await createPlanner(plannedSdl), options.metrics)
  const supergraph = parse(plannedSdl, { noLocation: true })
  const client = createSubgraphClient({ ...options, linkTo: (name) => linkIn(links, name) })
  const operations = createOperationStore(planner, {
    schema,
    client,
    types: typeConditions(supergraph),
    keys: createResponseKeys(supergraph),
  })
  const costs = createOperationCosts(schema, plannedSdl)
  const { unmarkedRootFields, policies = {}, sharing, metrics, log } = options
  warnOfUnanswered(rules.policies, policies, log)
  const askPolicies = policyAsker(policies, log)
  const access = createOperationAccess({ schema, rules, unmarkedRootFields, askPolicies })
  const whole = createExecutor(operations, schema, 'text')
  const run = deferringExecutor(whole, operations, schema)
  // Of all subgraphs, so that what one of them is told keeps two callers apart.
  const identityOf = (context: GatewayContext): string => {
    const told = new Set<Readonly<Record<string, string>>>()
    for (const name of links.keys()) told.add(options.headersFor(context, name))
    return [...told].map(identityText).join('\n')
  }
  const execute = authorizedExecutor({
    run: sharing === 'none' ? run : shareOperations(run, { sharing, identityOf, metrics }),
    runValues: createExecutor(operations, schema, 'values'),
    access,
    schema,
    onRemoved: noteRemoved,
  })
  return {
    schema,
    plannedSdl,
    execute,
    operations,
    costs,
    prepareStream: (request) =>
      prepareStream(request, {
        access,
        store: operations,
        client,
        schema,
        costs,
        liveFields: rules.live,
      }),
    async warm(known) {
      for (const request of known.slice(0, MOST_WARMED)) {
        if (validate(schema, request.document).length > 0) continue
        // What cannot be planned any more is told to whoever asks for it.
        await operations.prepare(request).catch(() => undefined)
      }
    },
    async stop() {
      planner.close()
      await gateway.stop()
    },
  }
}

function timed({ plan, close }: Planner, metrics: GatewayMetrics): Planner {
  return {
    async plan(document, operationName) {
      const startedAt = performance.now()
      try {
        return await plan(document, operationName)
      } finally {
        metrics.planned(performance.now() - startedAt)
      }
    },
    close,
  }
}

/** `ApolloGateway` judges the supergraph and makes the schema of it. It executes nothing. */
async function load(supergraphSdl: string, { linkTo, log }: GenerationOptions) {
  const links = new Map<string, SubgraphLink>()
  disableApolloTelemetry()
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService({ name, url }) {
      links.set(name, linkTo({ name, url }))
      return { process: () => Promise.reject(internal(`${name} was asked past the executor`)) }
    },
    // By default only outside production: a broken file must be refused there most of all.
    validateSupergraph: true,
    // By default on outside production: a header would show clients the subgraphs' names.
    __exposeQueryPlanExperimental: false,
    logger: log,
  })
  const { schema } = await gateway.load()
  return { gateway, schema: withDeferDirective(schema), links }
}

function warnOfUnanswered(named: readonly string[], policies: Policies, log: Logger): void {
  const unanswered = named.filter((name) => !Object.hasOwn(policies, name))
  if (unanswered.length === 0) return
  log.warn({ policies: unanswered }, 'no policy answers to names in the supergraph: all are denied')
}

function linkIn(links: ReadonlyMap<string, SubgraphLink>, name: string): SubgraphLink {
  const link = links.get(name)
  if (!link) throw internal(`a plan names subgraph ${name}, which the supergraph does not`)
  return link
}

function noteRemoved(count: number): void {
  const operation = currentScope()?.operation
  if (operation) operation.removedFields = count
}
