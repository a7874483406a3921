import { isIPv4, isIPv6 } from 'node:net'

/**
 * The network a limit is counted for: /24 of an IPv4 address, /64 of an IPv6 address, since one
 * subscriber usually commands that many addresses. Anything that is no address counts together.
 * @param ip an address as the gateway reports it; `::ffff:a.b.c.d` counts as IPv4
 */
export function ipPrefix(ip: string | null): string {
  const address = ip?.trim().replace(/%.*$/, '') ?? ''
  if (isIPv4(address)) return ipv4Prefix(address)
  if (!isIPv6(address)) return 'unknown'
  const groups = expandIPv6(address)
  const embedded = mappedIPv4(groups)
  return embedded ? ipv4Prefix(embedded) : `${groups.slice(0, 4).map(hex).join(':')}::/64`
}

function ipv4Prefix(address: string): string {
  return `${address.split('.').slice(0, 3).join('.')}.0/24`
}

/** The eight groups of a valid IPv6 address (RFC 4291 §2.2). */
function expandIPv6(address: string): number[] {
  const [head = '', tail] = withoutDottedQuad(address).split('::')
  const before = groupsOf(head)
  if (tail === undefined) return before
  const after = groupsOf(tail)
  const gap = new Array<number>(8 - before.length - after.length).fill(0)
  return [...before, ...gap, ...after]
}

/** `::ffff:192.0.2.1` → `::ffff:c000:201`. */
function withoutDottedQuad(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number)
    return `${hex(a * 256 + b)}:${hex(c * 256 + d)}`
  })
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

function mappedIPv4(groups: readonly number[]): string | null {
  const [high = 0, low = 0] = groups.slice(6)
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return mapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : null
}

function hex(group: number): string {
  return group.toString(16)
}
