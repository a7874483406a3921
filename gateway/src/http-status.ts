import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server'
import type { AppError } from '@logicspike/errors'
import { GraphQLError } from 'graphql'

/**
 * The error of a whole request: Apollo Server answers it with the HTTP status of its code, and
 * with the challenge that RFC 6750 §3 asks for beside 401.
 */
export function withHttpStatus(error: AppError): GraphQLError {
  const headers = new HeaderMap()
  if (error.code === 'UNAUTHENTICATED') {
    headers.set('www-authenticate', 'Bearer error="invalid_token"')
  }
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, http: { status: error.status, headers } },
  })
}

/** What is wrong with a document or its variables, in a request that is well-formed otherwise. */
const requestErrors = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
])

/**
 * The HTTP status of an answer. With `application/json` a client cannot know whether an intermediary
 * answered or GraphQL did, so a well-formed request is answered 200 even where its document is not;
 * with `application/graphql-response+json` the status tells (GraphQL over HTTP, §6.4.1 and §6.4.2).
 * @param codes of the answer's errors
 */
export function answeredStatus(response: HTTPGraphQLResponse, codes: readonly string[]): number {
  const { status = 200, headers } = response
  const isPlainJson = headers.get('content-type')?.startsWith('application/json') ?? false
  const isRequestError = codes.length > 0 && codes.every((code) => requestErrors.has(code))
  return status === 400 && isPlainJson && isRequestError ? 200 : status
}
