import { GATEWAY_KEY_HEADER } from '@logicspike/auth'
import type { GatewayContext } from '../gateway-context.ts'

/**
 * Every header a subgraph receives, made anew from what was verified. Nothing a client sent is
 * copied under its own name, so there is nothing to strip: copies of `x-user-id` and its like,
 * whatever their case, number or hop-by-hop tricks, have no way in.
 * @param gatewayKey proves the hop; it goes to links of configured subgraphs only;
 *   null where subgraphs ask for none
 * @param ownsSession whether this is the subgraph that session cookies belong to
 */
export function forwardedIdentity(
  { principal, ...context }: GatewayContext,
  gatewayKey: string | null,
  ownsSession: boolean,
): Readonly<Record<string, string>> {
  return present({
    [GATEWAY_KEY_HEADER]: gatewayKey,
    'x-request-id': context.requestId,
    ...context.trace?.headers,
    'x-client-ip': context.clientIp,
    'user-agent': context.userAgent,
    origin: context.origin,
    authorization: context.accessToken && `Bearer ${context.accessToken}`,
    'x-user-id': principal?.userId,
    'x-tenant-id': principal?.workspaceId,
    'x-user-permissions': principal && [...principal.permissions].sort().join(' '),
    cookie: ownsSession ? context.sessionCookies : null,
  })
}

function present(
  headers: Readonly<Record<string, string | null | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}
