import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { AppError } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { Dispatcher } from 'undici'
import {
  asAppError,
  isConnectionError,
  isServersFault,
  serviceFailed,
  serviceUnavailable,
} from './service-failures.ts'
import type { Upstream, Upstreams } from './upstreams.ts'

export type ServiceRequest = {
  readonly method: Dispatcher.HttpMethod
  /** With its query, as it is sent. */
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** Absent where there is no body. */
  readonly body: AsyncIterable<Buffer> | null
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal
}

export type Asked = {
  readonly service: string
  readonly upstreams: Upstreams
  readonly log: Logger
}

/** Asked twice, they do what they do once (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE'])
/** What a server says that cannot take more; anything else may be due to the request. */
const OVERLOADED = 503

/**
 * Asks the server whose turn it is, and a second one where the first cannot be connected to, or breaks the
 * connection off, and the request may be sent again. Resolves with the head of the answer; its body
 * follows as the server sends it.
 * @throws AppError UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT, UPSTREAM_FAILED, or what `body` throws
 */
export async function askService(
  { service, upstreams, log }: Asked,
  request: ServiceRequest,
): Promise<Dispatcher.ResponseData> {
  const first = upstreams.next()
  if (!first) throw serviceUnavailable(service)
  try {
    return await send(service, first, request)
  } catch (error) {
    tell(first, error)
    const second = mayBeRepeated(request, error) ? upstreams.next(first) : null
    if (!second) throw asAppError(service, error)
    return await send(service, second, request).catch((again: unknown) => {
      tell(second, again)
      throw asAppError(service, again)
    })
  }

  function tell({ origin: upstream }: Upstream, error: unknown): void {
    if (isServersFault(error)) log.warn({ err: error, service, upstream }, 'an upstream failed')
  }
}

const mayBeRepeated = ({ method, body, signal }: ServiceRequest, error: unknown): boolean =>
  IDEMPOTENT.has(method) && body === null && !signal.aborted && isConnectionError(error)

/** RFC 9110 §15: what is none of these is to be taken for a failure of the server. */
const isStatus = (status: number): boolean => status >= 200 && status <= 599

async function send(
  service: string,
  { pool, settle }: Upstream,
  { method, path, headers, body, signal }: ServiceRequest,
): Promise<Dispatcher.ResponseData> {
  let isFailure = false
  try {
    // undici takes any iterable of bytes; its types name streams only.
    const answer = await pool.request({
      method,
      path,
      headers,
      body: body as unknown as Readable | null,
      signal,
    })
    // Who reads the body hears of it; one that nobody reads must not end the process.
    answer.body.on('error', () => undefined)
    isFailure = answer.statusCode === OVERLOADED
    if (isStatus(answer.statusCode)) return answer
    answer.body.destroy()
    throw serviceFailed(service)
  } catch (error) {
    isFailure = !signal.aborted && isServersFault(error)
    throw error
  } finally {
    settle(isFailure)
  }
}

/**
 * The body of a request, part by part as it comes, up to a size. The request itself is left open, so
 * that it can be answered when the service breaks off.
 * @param most bytes
 */
export async function* bodyUpTo(most: number, request: IncomingMessage): AsyncGenerator<Buffer> {
  let length = 0
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length
    if (length > most) throw tooLarge(most)
    yield part
  }
}

export const tooLarge = (most: number): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', `The request body is over ${most} bytes.`, {
    extensions: { maxBodyBytes: most },
  })
