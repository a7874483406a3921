import { GATEWAY_KEY_HEADER, type Principal } from '@logicspike/auth'
import type { GatewayContext } from '../gateway-context.ts'

type Headers = Readonly<Record<string, string>>

/**
 * Every header a subgraph receives, made anew from what was verified. Nothing a client sent is
 * copied under its own name, so there is nothing to strip: copies of `x-user-id` and its like,
 * whatever their case, number or hop-by-hop tricks, have no way in. They are made once for a request.
 * @param gatewayKey proves the hop; it goes to links of configured subgraphs only;
 *   null where subgraphs ask for none
 * @returns a function; of it, `ownsSession` says whether this is the subgraph that session cookies
 *   belong to
 */
export function forwardedIdentity(
  gatewayKey: string | null,
): (context: GatewayContext, ownsSession: boolean) => Headers {
  const known = new WeakMap<GatewayContext, Headers>()
  const permissionsOf = rememberPermissions()

  function headersOf({ principal, ...context }: GatewayContext): Headers {
    const headers: Record<string, string> = {}
    const tell = (name: string, value: string | null | undefined) => {
      if (value) headers[name] = value
    }
    tell(GATEWAY_KEY_HEADER, gatewayKey)
    tell('x-request-id', context.requestId)
    for (const [name, value] of Object.entries(context.trace?.headers ?? {})) tell(name, value)
    tell('x-client-ip', context.clientIp)
    tell('user-agent', context.userAgent)
    tell('origin', context.origin)
    tell('authorization', context.accessToken && `Bearer ${context.accessToken}`)
    tell('x-user-id', principal?.userId)
    tell('x-tenant-id', principal?.workspaceId)
    tell('x-user-permissions', principal && permissionsOf(principal))
    return headers
  }

  return (context, ownsSession) => {
    let headers = known.get(context)
    if (!headers) {
      headers = headersOf(context)
      known.set(context, headers)
    }
    const { sessionCookies } = context
    return ownsSession && sessionCookies ? { ...headers, cookie: sessionCookies } : headers
  }
}

/** A token that was verified before has one principal for all its requests. */
function rememberPermissions(): (principal: Principal) => string {
  const known = new WeakMap<Principal, string>()
  return (principal) => {
    let text = known.get(principal)
    if (text === undefined) {
      text = [...principal.permissions].sort().join(' ')
      known.set(principal, text)
    }
    return text
  }
}
