import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface'
import { AppError, internal } from '@logicspike/errors'
import type { GatewayContext } from '../gateway-context.ts'
import type {
  SubgraphError,
  SubgraphLink,
  SubgraphResponse,
} from '../subgraph-links/subgraph-link.ts'
import { pathsOfFetch } from './fetch-paths.ts'
import { appErrorOf, atPaths, pathOf } from './subgraph-errors.ts'

export type SubgraphDataSourceOptions = {
  readonly link: SubgraphLink
  /** The headers with which the gateway speaks to this subgraph in the caller's name. */
  readonly headersFor: (context: GatewayContext) => Readonly<Record<string, string>>
  /** Whether this subgraph owns the session and may set cookies. */
  readonly ownsSession: boolean
}

/**
 * How `@apollo/gateway` reaches a subgraph, whichever link leads there. A fetch that fails becomes
 * errors at the places its data would have stood, so that the rest of the answer is kept.
 */
export class SubgraphDataSource implements GraphQLDataSource<GatewayContext> {
  readonly #options: SubgraphDataSourceOptions

  constructor(options: SubgraphDataSourceOptions) {
    this.#options = options
  }

  async process(
    options: GraphQLDataSourceProcessOptions<GatewayContext>,
  ): Promise<GatewayGraphQLResponse> {
    if (!('incomingRequestContext' in options)) {
      throw internal('subgraphs are not introspected or probed by the gateway')
    }
    const { context, request } = options
    const query = request.query ?? ''
    const variables = request.variables ?? {}
    const places = () => pathsOfFetch(query, variables)
    try {
      const response = await this.#options.link.graphql({
        query,
        variables,
        operationName: request.operationName,
        kind: /^\s*mutation\b/.test(query) ? 'mutation' : 'query',
        headers: this.#options.headersFor(context),
      })
      if (this.#options.ownsSession) context.setCookies.push(...response.setCookies)
      noteAbsentEntities(response, variables, context.absentEntities)
      return this.#answer(response, places)
    } catch (error) {
      const { name } = this.#options.link
      const failure = error instanceof AppError ? error : internal(`${name}: ${error}`, error)
      return { data: null, errors: atPaths(failure, places()) }
    }
  }

  #answer({ body }: SubgraphResponse, places: () => ReturnType<typeof pathsOfFetch>) {
    const data = body.data ?? null
    if (!body.errors || body.errors.length === 0) return { data }
    const { name } = this.#options.link
    const errors = body.errors.flatMap((error: SubgraphError) => {
      const path = pathOf(error)
      // An error of the whole request (a refused caller, a bad variable) is one of each field.
      return atPaths(appErrorOf(name, error), path ? [path] : places())
    })
    return { data, errors }
  }
}

/** An entity that is null is no fault: it is gone, or the caller may not see it. */
function noteAbsentEntities(
  { body }: SubgraphResponse,
  { representations }: Readonly<Record<string, unknown>>,
  absent: Set<string>,
): void {
  const entities = body.data?._entities
  if (!Array.isArray(entities) || !Array.isArray(representations)) return
  for (const [at, entity] of entities.entries()) {
    const typename: unknown = representations[at]?.__typename
    if (entity === null && typeof typename === 'string') absent.add(typename)
  }
}
