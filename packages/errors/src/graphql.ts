import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { AppError } from './app-error.ts'
import { type ErrorCode, isErrorCode } from './codes.ts'

/** What the log learns about an error that the client does not. */
export type ErrorReport = (error: {
  code: ErrorCode
  detail: string | undefined
  cause: unknown
}) => void

/** Codes of Apollo Server in words of ours; any other foreign code is our fault: INTERNAL. */
const translated: Readonly<Record<string, ErrorCode>> = {
  INTERNAL_SERVER_ERROR: 'INTERNAL',
}

/** Codes whose message is written for clients even where a library wrote it. */
const publicMessages: ReadonlySet<ErrorCode> = new Set([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

/** An AppError as graphql-js wants it, position left to graphql-js. */
export function toGraphQLError(error: AppError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, code: error.code },
  })
}

/**
 * The only shape in which an error leaves a server: a message meant for the public, a code of the
 * closed set, path and locations, and the request id. Everything else goes to `report`.
 * @param formatted what graphql-js made of the error
 * @param thrown what a resolver threw, possibly wrapped in a GraphQLError
 */
export function formatGraphQLError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  options: { requestId?: string | undefined; report?: ErrorReport },
): GraphQLFormattedError {
  const original = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown
  const { code, message, extensions, detail } = describe(formatted, original)
  options.report?.({ code, detail, cause: original })
  return {
    message,
    ...(formatted.path ? { path: formatted.path } : {}),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    extensions: { ...extensions, code, ...(options.requestId && { requestId: options.requestId }) },
  }
}

function describe(formatted: GraphQLFormattedError, original: unknown) {
  if (original instanceof AppError) {
    const { code, message, extensions, detail } = original
    return { code, message, extensions, detail }
  }
  const foreign = formatted.extensions?.code
  const named = typeof foreign === 'string' ? (translated[foreign] ?? foreign) : 'INTERNAL'
  if (isErrorCode(named) && publicMessages.has(named)) {
    return { code: named, message: formatted.message, extensions: {}, detail: undefined }
  }
  return {
    code: 'INTERNAL' as const,
    message: 'Something went wrong on our side.',
    extensions: {},
    detail: formatted.message,
  }
}
