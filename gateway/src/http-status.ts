import { HeaderMap } from '@apollo/server'
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
