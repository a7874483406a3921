import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = [Address, number]

/** IANA gives addresses to hosts of the internet from here only (RFC 4291 §2.4, RFC 4147). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

/**
 * Inside 2000::/3 or among IPv4 unicast, and yet no host of the internet. Some are in the tables of
 * the library as well; those that a new version might drop are named here.
 */
const NOT_PUBLIC: readonly Range[] = [
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890
  '192.88.99.0/24', // 6to4 relays, RFC 7526
  '198.18.0.0/15', // benchmarks, RFC 2544
  '168.63.129.16/32', // the host agent of Azure, public by its number only
  '2001::/23', // IETF protocol assignments: Teredo, ORCHID, benchmarks; RFC 6890
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4: the IPv4 address inside may be anything, RFC 3056
  '2620:4f:8000::/48', // AS112, RFC 7534
  '3fff::/20', // documentation, RFC 9637
].map((range) => ipaddr.parseCIDR(range))

/** Says whether an address, as the system spells it, may be dialled. */
export type AddressRule = (address: string) => boolean

/**
 * Public addresses, and those of `allowedRanges`. Fails closed: what is not understood, or embeds
 * another address (IPv4-mapped, NAT64, 6to4, Teredo), is no public address.
 * @param allowedRanges CIDR, such as `127.0.0.0/8`; an operator's choice, never a tenant's
 * @throws Error for a range that is none
 */
export function createAddressRule(allowedRanges: readonly string[] = []): AddressRule {
  const allowed = allowedRanges.map((range) => ipaddr.parseCIDR(range))
  return (text) => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.parse(text)
    return isPublic(address) || isInside(address, allowed)
  }
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || isInside(address, NOT_PUBLIC)) return false
  return address.kind() === 'ipv4' || isInside(address, [GLOBAL_UNICAST])
}

const isInside = (address: Address, ranges: readonly Range[]): boolean =>
  ranges.some((range) => range[0].kind() === address.kind() && address.match(range))
