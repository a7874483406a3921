import {
  AppError,
  type ErrorCode,
  internal,
  isErrorCode,
  upstreamTimeout,
  upstreamUnavailable,
} from '@logicspike/errors'
import { isObject } from '../subgraph-links/read-subgraph-body.ts'
import type { SubgraphError } from '../subgraph-links/subgraph-link.ts'

type Path = readonly (string | number)[]

/** Codes by which a subgraph speaks to the client; any other is a fault between us and it. */
const PASSED_ON: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'ENTITLEMENT_REQUIRED',
  'CURSOR_INVALID',
  'CURSOR_EXPIRED',
  'RESUME_REQUIRED',
])

/** A subgraph that drains, or waits for another in vain: the client is told the same of it. */
const UPSTREAM: Readonly<Partial<Record<ErrorCode, (detail: string) => AppError>>> = {
  SERVICE_UNAVAILABLE: upstreamUnavailable,
  UPSTREAM_UNAVAILABLE: upstreamUnavailable,
  UPSTREAM_TIMEOUT: upstreamTimeout,
}

/** Extensions that are the gateway's to give, or that servers add for developers. */
const KEPT_BACK: ReadonlySet<string> = new Set([
  ...['code', 'requestId', 'serviceName', 'service', 'subgraph'],
  ...['stacktrace', 'stack', 'exception', 'debug', 'response', 'http', 'originalError'],
])

/**
 * An error of a subgraph as the gateway tells it: with its code and message where the code is
 * meant for clients, masked otherwise.
 * @param service goes into the log only
 */
export function appErrorOf(service: string, { message, extensions }: SubgraphError): AppError {
  const code = isObject(extensions) ? extensions.code : undefined
  const detail = `${service}: ${String(code)}: ${String(message)}`.slice(0, 1_000)
  if (!isErrorCode(code)) return internal(detail)
  const upstream = UPSTREAM[code]
  if (upstream) return upstream(detail)
  if (!PASSED_ON.has(code) || typeof message !== 'string') return internal(detail)
  return new AppError(code, message, { detail, extensions: publicExtensions(extensions) })
}

/** The path a subgraph gives, where it is one. */
export function pathOf({ path }: SubgraphError): Path | null {
  const isPath =
    Array.isArray(path) &&
    path.length > 0 &&
    path.every((step) => typeof step === 'string' || typeof step === 'number')
  return isPath ? path : null
}

/** Plain facts only: numbers, booleans, short texts and lists of them. */
function publicExtensions(extensions: unknown): Record<string, unknown> {
  if (!isObject(extensions)) return {}
  return Object.fromEntries(
    Object.entries(extensions).filter(([key, value]) => !KEPT_BACK.has(key) && isPlain(value)),
  )
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= 100 && value.every(isPlain)
  if (typeof value === 'string') return value.length <= 200 && !/https?:\/\//i.test(value)
  return typeof value === 'number' || typeof value === 'boolean'
}
