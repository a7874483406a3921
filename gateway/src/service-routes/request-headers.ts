import { GATEWAY_KEY_HEADER } from '@logicspike/auth'
import { badRequest } from '@logicspike/errors'
import { traceHeaders } from '@logicspike/telemetry'
import type { FastifyRequest } from 'fastify'
import { incomingTrace, type TraceTrust } from '../observability/incoming-trace.ts'
import type { Caller } from '../plugins/use-access-token.ts'
import { mayPass, namesInConnection } from './header-names.ts'

export type RequestHeaderFacts = {
  readonly caller: Caller
  readonly gatewayKey: string | null
  /** What the service's paths begin with for clients, such as `/blog`. */
  readonly prefix: string
  /** Whose word is taken for which trace a request is part of. */
  readonly traceTrust: TraceTrust
}

/** Made anew for the upstream, or told by the way a request asks for another method than its own. */
const NOT_COPIED = new Set([
  'authorization',
  'baggage',
  'content-length',
  'cookie',
  'host',
  'traceparent',
  'tracestate',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
])

/** RFC 9110 §7.2: a host, perhaps with a port; no user, no path. A dot at the end is another name. */
const HOST = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/
const SESSION_COOKIE = /^[\s=]*__host-ls_/i

/**
 * Headers for a service, as names and values in turn: what the client sent and a service may see,
 * line by line, and then what was verified or made here. That a client names ours in `Connection`,
 * writes them otherwise or twice, changes nothing: none of its copies get here.
 * @throws AppError BAD_REQUEST where the request does not say, once, what host it is for
 */
export function headersForService(
  request: FastifyRequest,
  { caller: { principal, accessToken }, gatewayKey, prefix, traceTrust }: RequestHeaderFacts,
): string[] {
  const lines = headerLines(request.raw.rawHeaders)
  const connection = namesInConnection(valuesOf(lines, 'connection'))
  const copied = lines.filter(([name]) => !NOT_COPIED.has(name) && mayPass(name, connection))
  const trace = incomingTrace(request, traceTrust)
  const made: readonly (readonly [string, string | null | undefined])[] = [
    ['cookie', cookiesOf(valuesOf(lines, 'cookie'))],
    ['authorization', accessToken && `Bearer ${accessToken}`],
    ...(trace?.isTrusted ? Object.entries(traceHeaders(trace.context)) : []),
    ['via', `${request.raw.httpVersion} gateway`],
    ['x-forwarded-for', request.ip],
    ['x-forwarded-host', hostOf(request, lines)],
    ['x-forwarded-prefix', prefix],
    ['x-forwarded-proto', request.protocol === 'https' ? 'https' : 'http'],
    [GATEWAY_KEY_HEADER, gatewayKey],
    ['x-request-id', request.id],
    ['x-tenant-id', principal?.workspaceId],
    ['x-user-id', principal?.userId],
    ['x-user-permissions', principal && [...principal.permissions].sort().join(' ')],
  ]
  return [...copied, ...made.filter((line): line is [string, string] => Boolean(line[1]))].flat()
}

/**
 * As they came, names in lower case. The host is `:authority` to HTTP/2; what else begins with a
 * colon there is no header to HTTP/1.1.
 */
function headerLines(rawHeaders: readonly string[]): (readonly [string, string])[] {
  const lines: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    const value = rawHeaders[at + 1] ?? ''
    if (name === ':authority') lines.push(['host', value])
    else if (!name.startsWith(':')) lines.push([name, value])
  }
  return lines
}

const valuesOf = (lines: readonly (readonly [string, string])[], wanted: string): string[] =>
  lines.filter(([name]) => name === wanted).map(([, value]) => value)

/** Those of the platform stay here: whoever holds them is signed in. */
function cookiesOf(values: readonly string[]): string | null {
  const cookies = values.flatMap((value) => value.split(';')).map((pair) => pair.trim())
  return cookies.filter((pair) => pair !== '' && !SESSION_COOKIE.test(pair)).join('; ') || null
}

function hostOf(request: FastifyRequest, lines: readonly (readonly [string, string])[]): string {
  const isOne = valuesOf(lines, 'host').length === 1
  if (!isOne || !HOST.test(request.host))
    throw badRequest('A request names the host it is for, once.')
  return request.host
}
