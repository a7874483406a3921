import type { Principal } from '@logicspike/auth'
import type { Logger } from '@logicspike/telemetry'
import type { StreamFacts } from './streams/stream.ts'

/** A GraphQL request as it reaches a subgraph, over HTTP or in process. Header names lower case. */
export type SubgraphRequest = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>> | undefined
  readonly operationName?: string | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
}

export type SubgraphResponse = {
  readonly result: {
    readonly data?: Record<string, unknown> | null | undefined
    readonly errors?: readonly object[] | undefined
    readonly extensions?: Record<string, unknown> | undefined
  }
  readonly headers: { readonly 'set-cookie': readonly string[] }
}

/** What the server knows of a request once the hop and the caller are verified. */
export type VerifiedRequest = {
  /** The service that holds the gateway key. */
  readonly caller: string
  /** The verified caller, or null for an anonymous one. Never read from headers. */
  readonly actor: Principal | null
  /** The verified bearer token, for asking other services in the caller's name. */
  readonly accessToken: string | null
  readonly requestId: string
  readonly clientIp: string | null
  readonly userAgent: string | null
  /** The page that sent the request, as its browser says; what proves that a cookie is not abused. */
  readonly origin: string | null
  readonly cookies: Readonly<Record<string, string>>
  /** Adds a `set-cookie` header to the answer. */
  setCookie(header: string): void
  /** Null unless a subscription was asked for. */
  readonly stream: StreamFacts | null
  readonly log: Logger
}

/** `a=1; b=2` → { a: '1', b: '2' }; the first of a repeated name wins (RFC 6265 §5.4 order). */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = {}
  for (const part of header?.split(';') ?? []) {
    const split = part.indexOf('=')
    if (split < 1) continue
    cookies[part.slice(0, split).trim()] ??= part.slice(split + 1).trim()
  }
  return cookies
}
