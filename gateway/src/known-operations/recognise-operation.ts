import type { GraphQLRequest, HTTPGraphQLRequest } from '@apollo/server'
import { type GraphQLSchema, getVariableValues } from 'graphql'
import { isObject } from '../subgraph-links/read-subgraph-body.ts'
import type { KnownOperation, KnownOperations } from './known-operations.ts'

export type RecognisedRequest = {
  readonly known: KnownOperation
  readonly request: GraphQLRequest & { readonly http: HTTPGraphQLRequest }
  /** Of the answer. */
  readonly contentType: string
}

const JSON_TYPE = 'application/json; charset=utf-8'
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8'

/** What clients accept that is understood at a glance; Apollo Server negotiates the rest. */
const ANSWERED_AS: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, */*', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  ['application/graphql-response+json, application/json', RESPONSE_TYPE],
  ['application/graphql-response+json,application/json;q=0.9', RESPONSE_TYPE],
])

const JSON_BODIES: ReadonlySet<string | undefined> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
])

const USUAL_MEMBERS: ReadonlySet<string> = new Set(['query', 'variables', 'operationName'])

/**
 * Recognises the everyday request: a query that was answered before, posted as JSON, with nothing
 * about it that needs judging. Null for any other, which Apollo Server judges.
 */
export function recogniseOperation(
  operations: KnownOperations,
  schema: GraphQLSchema,
  http: HTTPGraphQLRequest,
): RecognisedRequest | null {
  const { method, headers, body } = http
  const contentType = ANSWERED_AS.get(headers.get('accept'))
  if (method !== 'POST' || !contentType || !JSON_BODIES.has(headers.get('content-type')))
    return null
  if (!isObject(body)) return null
  for (const member in body) if (!USUAL_MEMBERS.has(member)) return null
  const { query, variables: given, operationName: name } = body
  const variables = given ?? undefined
  const operationName = name ?? undefined
  if (typeof query !== 'string' || !isNameOrNone(operationName)) return null
  if (variables !== undefined && !isObject(variables)) return null
  const known = operations.find(schema, query, operationName)
  if (!known || !areValid(known, variables)) return null
  return { known, contentType, request: { query, operationName, variables, http } as never }
}

const isNameOrNone = (name: unknown): name is string | undefined =>
  name === undefined || typeof name === 'string'

function areValid(
  { schema, operation: { variableDefinitions = [] } }: KnownOperation,
  variables: Record<string, unknown> = {},
): boolean {
  if (variableDefinitions.length === 0) return true
  return getVariableValues(schema, variableDefinitions, variables).errors === undefined
}
