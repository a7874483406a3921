/**
 * The closed set of `extensions.code`. Clients and tests rely on the code, never on the message.
 * Each entry: what it means, and the HTTP status used where the code ends a plain HTTP route.
 */
export const errorCodes = {
  UNAUTHENTICATED: { status: 401, means: 'No valid credential was presented.' },
  FORBIDDEN: { status: 403, means: 'The credential lacks a permission.' },
  NOT_FOUND: { status: 404, means: 'The object does not exist for this caller.' },
  BAD_USER_INPUT: { status: 400, means: 'A variable or argument is not of its type.' },
  BAD_REQUEST: { status: 400, means: 'The request is malformed.' },
  GRAPHQL_PARSE_FAILED: { status: 400, means: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, means: 'The document does not fit the schema.' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, means: 'No such operation in the document.' },
  PERSISTED_QUERY_NOT_FOUND: { status: 200, means: 'Send the document along with its hash.' },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 400, means: 'Persisted queries are not in use here.' },
  PAYLOAD_TOO_LARGE: { status: 413, means: 'The request body is over the limit.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, means: 'The request body is in no form taken here.' },
  RATE_LIMITED: { status: 429, means: 'Too often; try again after the time given.' },
  OPERATION_TOO_COSTLY: { status: 400, means: 'The operation is over a limit of size or cost.' },
  CONFLICT: { status: 409, means: 'Somebody else changed it at the same time; read and retry.' },
  ENTITLEMENT_REQUIRED: { status: 403, means: 'The plan of the workspace lacks the service.' },
  CURSOR_INVALID: { status: 400, means: 'The cursor is not one of this stream and workspace.' },
  CURSOR_EXPIRED: { status: 410, means: 'What followed the cursor is no longer kept.' },
  RESUME_REQUIRED: { status: 503, means: 'The stream ended; go on after the cursor given.' },
  UPSTREAM_UNAVAILABLE: { status: 503, means: 'A part of the platform cannot be reached.' },
  UPSTREAM_FAILED: { status: 502, means: 'A service broke off, or answered what is no HTTP.' },
  UPSTREAM_TIMEOUT: { status: 504, means: 'A part of the platform did not answer in time.' },
  SERVICE_UNAVAILABLE: { status: 503, means: 'Starting or draining; try again shortly.' },
  INTERNAL: { status: 500, means: 'Our fault; quote the request id.' },
} as const satisfies Record<string, { status: number; means: string }>

export type ErrorCode = keyof typeof errorCodes

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorCodes, text)
}
