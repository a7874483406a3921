import { Agent, errors, request } from 'undici'
import { type AddressRule, createAddressRule } from './address-rule.ts'
import { checkUrl, type UrlPolicy } from './check-url.ts'
import { createCheckedConnector, type ResolveHost, resolveWithSystem } from './checked-connector.ts'
import { OutboundFailed, OutboundRefused } from './outbound-errors.ts'

export type OutboundPolicy = UrlPolicy & {
  /**
   * Ranges (CIDR) that may be dialled although they are not public. For operators, development and
   * tests: `LOOPBACK`. Never from a tenant.
   */
  readonly allowedRanges?: readonly string[]
  /** For a call as a whole, in milliseconds; default 10,000. */
  readonly timeoutMs?: number
  /** Default 64 KiB. */
  readonly maxResponseBytes?: number
  /** Default 256 KiB. */
  readonly maxRequestBytes?: number
  /** Default: the system's. */
  readonly resolve?: ResolveHost
}

export type OutboundRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Shorter than the policy's, in milliseconds. */
  readonly timeoutMs?: number
}

/** Whatever came back. A redirect is an answer like others: it is never followed. */
export type OutboundResponse = {
  readonly status: number
  /** By name, in lower case; of repeated headers the first. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type OutboundHttp = {
  /** Checks what can be checked without calling. @throws OutboundRefused */
  check(url: string): void
  /** @throws OutboundRefused where the URL may not be called, OutboundFailed where nothing came back */
  request(url: string, request?: OutboundRequest): Promise<OutboundResponse>
  /** Lets calls under way end, and closes what is open. */
  close(): Promise<void>
}

/** The developer's own machine, for `allowedRanges`. */
export const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1/128']

const DEFAULTS = { timeoutMs: 10_000, maxResponseBytes: 64 * 1024, maxRequestBytes: 256 * 1024 }

/**
 * Calls URLs that come from outside without lending them our place in the network (SSRF):
 * `https` on port 443 of public addresses unless the operator allows more, checked on the address
 * that is dialled, no redirects, no cookies, no proxies, bounded in time and size.
 */
export function createOutboundHttp(policy: OutboundPolicy = {}): OutboundHttp {
  const { resolve = resolveWithSystem } = policy
  const limits = { ...DEFAULTS, ...policy }
  const mayDial: AddressRule = createAddressRule(policy.allowedRanges)
  const agent = new Agent({
    connect: createCheckedConnector(mayDial, resolve, limits.timeoutMs),
    maxResponseSize: limits.maxResponseBytes,
    pipelining: 1,
  })
  const checked = (url: string): URL => checkUrl(url, mayDial, policy)

  return {
    check: (url) => void checked(url),
    async request(text, { method = 'GET', headers = {}, body, timeoutMs } = {}) {
      const url = checked(text)
      assertSendable(headers, body, limits.maxRequestBytes)
      const signal = AbortSignal.timeout(Math.min(timeoutMs ?? Infinity, limits.timeoutMs))
      try {
        const sent = { method, headers, body: body ?? null, signal, dispatcher: agent }
        const answer = await request(url, sent)
        return {
          status: answer.statusCode,
          headers: firstOfEach(answer.headers),
          body: await answer.body.text(),
        }
      } catch (error) {
        throw asOurs(error, signal)
      }
    },
    close: () => agent.close(),
  }
}

/** Mistakes of the calling code, not of whoever entered the URL. */
function assertSendable(
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
  maxBytes: number,
): void {
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'host'))
    throw new TypeError('The host header is the URL’s.')
  if (body !== undefined && Buffer.byteLength(body) > maxBytes)
    throw new RangeError(`A body of more than ${maxBytes} bytes is not sent.`)
}

function firstOfEach(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    const first = Array.isArray(value) ? value[0] : value
    return first === undefined ? [] : [[name, first] as const]
  })
  return Object.fromEntries(entries)
}

const TIMEOUTS = [
  errors.ConnectTimeoutError,
  errors.HeadersTimeoutError,
  errors.BodyTimeoutError,
] as const

function asOurs(error: unknown, signal: AbortSignal): Error {
  if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error
  if (error instanceof errors.ResponseExceededMaxSizeError)
    return new OutboundFailed('RESPONSE_TOO_LARGE', error)
  const timedOut = signal.aborted || TIMEOUTS.some((Timeout) => error instanceof Timeout)
  return new OutboundFailed(timedOut ? 'TIMEOUT' : 'UNREACHABLE', error)
}
