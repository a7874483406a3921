import { isIP } from 'node:net'
import type { AddressRule } from './address-rule.ts'
import { OutboundRefused } from './outbound-errors.ts'

/** What may be called; the defaults suit URLs that come from tenants. */
export type UrlPolicy = {
  /** Default `https:` alone. */
  readonly protocols?: readonly ('https:' | 'http:')[]
  /** Default 443 alone. */
  readonly ports?: readonly number[] | 'any'
}

/** Names that lead nowhere on the internet: RFC 6761, RFC 6762, RFC 8375, and ICANN's `.internal`. */
const LOCAL_NAMES =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|arpa|onion|test|invalid)$/

/** Letters that every URL parser reads alike: no blanks, controls, backslashes or other scripts. */
const PLAIN = /^[\x21-\x5b\x5d-\x7e]{1,2048}$/
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i

/**
 * The URL, if it may be called as far as can be told without asking DNS; names are judged again by
 * the addresses they lead to, when they are dialled.
 * @throws OutboundRefused
 */
export function checkUrl(text: string, mayDial: AddressRule, policy: UrlPolicy = {}): URL {
  const url = PLAIN.test(text) ? URL.parse(text) : null
  const authority = AUTHORITY.exec(text)?.[1]
  if (!url || authority === undefined) throw new OutboundRefused('URL', 'no URL, or an odd one')
  if (!(policy.protocols ?? ['https:']).some((protocol) => protocol === url.protocol))
    throw new OutboundRefused('SCHEME', url.protocol)
  if (authority.includes('@')) throw new OutboundRefused('CREDENTIALS', 'user information')
  checkPort(url, policy.ports ?? [443])
  checkHost(url.hostname, authority, mayDial)
  return url
}

function checkPort(url: URL, ports: readonly number[] | 'any'): void {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (ports !== 'any' && !ports.includes(port)) throw new OutboundRefused('PORT', `port ${port}`)
}

/**
 * A host must be written as it is understood. `0x7f.1`, `2130706433` and `127%2e0.0.1` are all
 * 127.0.0.1 to a URL parser, and to nobody who reads them.
 */
function checkHost(host: string, authority: string, mayDial: AddressRule): void {
  const written = authority.replace(/:\d*$/, '').toLowerCase()
  if (written !== host) throw new OutboundRefused('HOST', `${written} stands for ${host}`)
  const literal = host.replace(/^\[|\]$/g, '')
  if (isIP(literal)) {
    if (!mayDial(literal)) throw new OutboundRefused('ADDRESS', literal)
    return
  }
  if (host.endsWith('.') || !host.includes('.') || LOCAL_NAMES.test(host))
    throw new OutboundRefused('HOST', host)
}
