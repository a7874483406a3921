import { AppError, type ErrorCode, formatGraphQLError } from '@logicspike/errors'
import type { GraphQLFormattedError } from 'graphql'
import { currentScope, type RequestScope } from '../request-scope.ts'

/**
 * The last word on every error, in Apollo Server's `formatError`: a code of the closed set, a
 * message meant for the public and the request id. What the client does not see goes to the log.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
): GraphQLFormattedError {
  const scope = currentScope()
  return formatGraphQLError(formatted, thrown, {
    requestId: scope?.requestId,
    report({ code, detail, cause }) {
      if (!scope) return
      scope.errorCodes.push(code)
      if (detail !== undefined) logOnce(scope, code, detail, cause)
    },
  })
}

/** A failed fetch is an error in many places of an answer and one thing to be told in the log. */
function logOnce(scope: RequestScope, code: ErrorCode, detail: string, cause: unknown): void {
  if (cause instanceof Error) {
    if (scope.logged.has(cause)) return
    scope.logged.add(cause)
  }
  const level = code === 'INTERNAL' ? 'error' : code.startsWith('UPSTREAM_') ? 'warn' : 'debug'
  // An AppError says in `detail` what it is; its cause, where there is one, says why.
  const err = cause instanceof AppError ? cause.cause : cause
  scope.log[level]({ errorCode: code, detail, err }, 'error answered')
}
