import { mayPass, namesInConnection } from './header-names.ts'

type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * Not for a service to say, since it would hold for the whole platform, which it shares an address
 * with, or for what stands in front of it.
 */
const NOT_PASSED = new Set([
  'alt-svc',
  'clear-site-data',
  'nel',
  'public-key-pins',
  'report-to',
  'server',
  'service-worker-allowed',
  'strict-transport-security',
  'x-powered-by',
  'x-sendfile',
])
const NOT_PASSED_PREFIXES = ['access-control-', 'ratelimit-', 'x-accel-', 'x-ratelimit-']
/** Visible signs, spaces and octets of other scripts (RFC 9110 §5.5). */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** However a browser might be brought to read the name. */
const SESSION_COOKIE = /^[\s=]*__host-ls_/i

/** What of an upstream's headers a client gets. Those of the platform's own are never among them. */
export function headersForClient(headers: Headers): [string, string[]][] {
  const connection = namesInConnection([headers.connection ?? []].flat())
  return Object.entries(headers).flatMap(([name, value = []]): [string, string[]][] => {
    if (!mayPass(name, connection) || isOfPlatform(name)) return []
    const values = [value].flat().filter((text) => VALUE.test(text))
    const passed =
      name === 'set-cookie' ? values.filter((text) => !SESSION_COOKIE.test(text)) : values
    return passed.length === 0 ? [] : [[name, passed]]
  })
}

const isOfPlatform = (name: string): boolean =>
  NOT_PASSED.has(name) || NOT_PASSED_PREFIXES.some((prefix) => name.startsWith(prefix))
