import { AppError, internal, upstreamTimeout } from '@logicspike/errors'

/** After which a client may try again where a service is down. Seconds. */
const RETRY_SECONDS = 5

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
const LATE = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code)

/** No connection, or one that ended before there was an answer. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error)
  return UNREACHABLE.has(code) || BROKEN_OFF.has(code) || code === 'UND_ERR_CONNECT_TIMEOUT'
}

/** Whether it is the server that failed, rather than the client, its request or us. */
export const isServersFault = (error: unknown): boolean =>
  isConnectionError(error) || LATE.has(codeOf(error)) || isNonsense(error)

export function serviceUnavailable(service: string, cause?: unknown): AppError {
  return new AppError('UPSTREAM_UNAVAILABLE', 'The service cannot be reached right now.', {
    detail: `no server of ${service} can be reached`,
    extensions: { retryAfterSeconds: RETRY_SECONDS },
    cause,
  })
}

/** What a client is told of a request that failed on its way to a service. */
export function asAppError(service: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  if (UNREACHABLE.has(codeOf(error))) return serviceUnavailable(service, error)
  if (LATE.has(codeOf(error))) return upstreamTimeout(`${service} did not answer in time`, error)
  if (!isServersFault(error)) return internal(`${service} was not asked: ${String(error)}`, error)
  return serviceFailed(service, error)
}

export function serviceFailed(service: string, cause?: unknown): AppError {
  return new AppError('UPSTREAM_FAILED', 'The service broke off or answered nonsense.', {
    detail: `${service} broke off or answered nonsense`,
    cause,
  })
}

/** Headers that are too long, lengths that are wrong, and what is no HTTP at all. */
function isNonsense(error: unknown): boolean {
  const code = codeOf(error)
  const { name } = error as Error
  return (
    name === 'HTTPParserError' ||
    code.startsWith('HPE_') ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
  )
}
