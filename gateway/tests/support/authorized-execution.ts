import { execute, type GraphQLSchema, parse, print, validate } from 'graphql'
import { readAccessRules } from '../../src/authorization/access-rules.ts'
import type { UnmarkedRootFields } from '../../src/authorization/analyse-operation.ts'
import { filterOperation } from '../../src/authorization/filter-operation.ts'
import { restoreNulls } from '../../src/authorization/restore-nulls.ts'
import { compose, type Subgraphs } from './compose.ts'

type Options = {
  /** Permissions of a signed-in caller; without it, nobody is signed in. */
  as?: readonly string[]
  /** Services that a signed-in caller's workspace has. */
  services?: readonly string[]
  /** Policies that are granted. */
  policies?: readonly string[]
  variables?: Record<string, unknown>
  operationName?: string
  unmarkedRootFields?: UnmarkedRootFields
}

export type Answer = {
  data: unknown
  /** `path: CODE` in order. */
  errors: string[]
  scopes: unknown[]
  /** The same of `extensions.service` and `extensions.requiredPolicies`. */
  services: unknown[]
  policies: unknown[]
  /** What was left to run, on one line; null where nothing was. */
  ran: string | null
}

/**
 * A supergraph composed for real, answered by one graphql-js schema with the given root value, so
 * that a test sees filter and restoration together without any planner between them.
 */
export function authorizedSchema(subgraphs: Subgraphs, rootValue: object) {
  const { sdl, schema } = compose(subgraphs)
  return authorizedExecution(sdl, schema, rootValue)
}

export function authorizedExecution(sdl: string, schema: GraphQLSchema, rootValue: object) {
  const rules = readAccessRules(sdl)
  return function ask(query: string, options: Options = {}): Answer {
    const document = parse(query)
    const [invalid] = validate(schema, document)
    if (invalid) throw invalid
    const { as, services = [], policies = [] } = options
    const principal = as ? { permissions: new Set(as), services } : null
    const caller = { principal, policies: new Set(policies) }
    const filtered = filterOperation({ ...options, document, schema, rules, caller })
    if (!filtered) throw new Error('no such operation')
    const variableValues = options.variables ?? {}
    const result = filtered.document
      ? execute({ schema, document: filtered.document, rootValue, variableValues })
      : { data: {} }
    if (result instanceof Promise) throw new Error('resolvers here are synchronous')
    if (result.errors) throw result.errors[0]
    const { data, errors } = restoreNulls(result.data ?? {}, filtered, schema, variableValues)
    const told = (key: string) =>
      errors.map(({ originalError }) => extensionsOf(originalError)?.[key])
    return {
      data: structuredClone(data),
      errors: errors.map(
        ({ path, originalError }) => `${path?.join('.')}: ${codeOf(originalError)}`,
      ),
      scopes: told('requiredScopes'),
      services: told('service'),
      policies: told('requiredPolicies'),
      ran: filtered.document && print(filtered.document).replace(/\s+/g, ' '),
    }
  }
}

const codeOf = (error: unknown) => (error as { code?: string } | undefined)?.code
const extensionsOf = (error: unknown) =>
  (error as { extensions?: Record<string, unknown> } | undefined)?.extensions
