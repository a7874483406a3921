import { type ErrorCode, errorCodes } from './codes.ts'

type Options = {
  /** For the log only; never leaves the process. */
  detail?: string
  /** Public facts beside the code, such as `retryAfterSeconds`. */
  extensions?: Readonly<Record<string, unknown>>
  cause?: unknown
}

/**
 * An error nobody below the edge can mend. `message` is public; `detail` and `cause` are for the
 * log. What a user can mend is not thrown: use cases return it (see `Result`).
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly extensions: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, publicMessage: string, options: Options = {}) {
    super(publicMessage, { cause: options.cause })
    this.code = code
    this.detail = options.detail
    this.extensions = options.extensions ?? {}
  }

  /** HTTP status for plain routes. */
  get status(): number {
    return errorCodes[this.code].status
  }
}

const detailed = (detail?: string): Options => (detail === undefined ? {} : { detail })

export const unauthenticated = (detail?: string): AppError =>
  new AppError('UNAUTHENTICATED', 'Sign in to do this.', detailed(detail))

export const forbidden = (detail?: string): AppError =>
  new AppError('FORBIDDEN', 'You are not allowed to do this.', detailed(detail))

/** @param services that the caller's workspace would have to be entitled to; at least one */
export function entitlementRequired(services: readonly string[]): AppError {
  const missing = services.map((service) => `“${service}”`).join(' and ')
  return new AppError(
    'ENTITLEMENT_REQUIRED',
    `The plan of the workspace does not include ${missing}. Add it in billing, then refresh the token.`,
    { extensions: { service: services[0], ...(services.length > 1 && { services }) } },
  )
}

/** Also for objects of another tenant: to this caller they do not exist. */
export const notFound = (what = 'object', detail?: string): AppError =>
  new AppError('NOT_FOUND', `No such ${what}.`, detailed(detail))

export const conflict = (detail?: string): AppError =>
  new AppError('CONFLICT', 'This was changed at the same time. Read it again and retry.', {
    ...detailed(detail),
  })

/** `seconds`: whole seconds until the next try may succeed. */
export const rateLimited = (seconds: number): AppError =>
  new AppError('RATE_LIMITED', `Too many tries. Try again in ${seconds} seconds.`, {
    extensions: { retryAfterSeconds: seconds },
  })

export const badRequest = (message: string): AppError => new AppError('BAD_REQUEST', message)

export const internal = (detail: string, cause?: unknown): AppError =>
  new AppError('INTERNAL', 'Something went wrong on our side.', { detail, cause })

export const upstreamUnavailable = (detail: string, cause?: unknown): AppError =>
  new AppError('UPSTREAM_UNAVAILABLE', 'A part of the platform cannot be reached right now.', {
    detail,
    cause,
  })

export const upstreamTimeout = (detail: string, cause?: unknown): AppError =>
  new AppError('UPSTREAM_TIMEOUT', 'A part of the platform did not answer in time.', {
    detail,
    cause,
  })
