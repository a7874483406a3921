/** What concerns one connection and ends with it (RFC 9110 §7.6.1), and what Node answers itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Said by the gateway alone, in either direction. */
const OURS = new Set(['forwarded', 'via', 'x-api-key', 'x-client-ip', 'x-real-ip', 'x-request-id'])
const OUR_PREFIXES = [
  'x-forwarded-',
  'x-gateway-',
  'x-permissions',
  'x-tenant-',
  'x-user-',
  'x-workspace-',
]

/** Names, in lower case, of the headers that a `Connection` header takes with it. */
export function namesInConnection(values: readonly string[]): ReadonlySet<string> {
  return new Set(
    values.flatMap((value) => value.toLowerCase().split(',')).map((name) => name.trim()),
  )
}

/**
 * Whether a header goes on, by its name in lower case. Not one with an underscore: servers that hand
 * headers on as variables (CGI, WSGI, Rack) take `x_user_id` for `x-user-id`.
 */
export function mayPass(name: string, connection: ReadonlySet<string>): boolean {
  return (
    !name.includes('_') &&
    !HOP_BY_HOP.has(name) &&
    !OURS.has(name) &&
    !OUR_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !connection.has(name)
  )
}
