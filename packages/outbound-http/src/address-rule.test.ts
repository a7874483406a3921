import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createAddressRule } from './address-rule.ts'

const mayDial = createAddressRule()

const hostile: readonly (readonly [string, string])[] = [
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['all of loopback', '127.255.255.254'],
  ['private, class A', '10.0.0.1'],
  ['private, class B', '172.16.0.1'],
  ['private, class B, its end', '172.31.255.255'],
  ['private, class C', '192.168.1.1'],
  ['link-local', '169.254.0.1'],
  ['the metadata of AWS, Google and Azure', '169.254.169.254'],
  ['the metadata of ECS', '169.254.170.2'],
  ['the metadata of Alibaba, in CGNAT', '100.100.100.200'],
  ['CGNAT', '100.64.0.1'],
  ['CGNAT, its end', '100.127.255.255'],
  ['protocol assignments', '192.0.0.1'],
  ['the metadata of Oracle', '192.0.0.192'],
  ['the host agent of Azure', '168.63.129.16'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['6to4 relays', '192.88.99.1'],
  ['benchmarks', '198.18.0.1'],
  ['benchmarks, their end', '198.19.255.255'],
  ['multicast', '224.0.0.1'],
  ['multicast, its end', '239.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
  ['IPv4-mapped, in hex', '::ffff:7f00:1'],
  ['IPv4-mapped, public inside', '::ffff:8.8.8.8'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['NAT64 of one network', '64:ff9b:1::1'],
  ['discard', '100::1'],
  ['Teredo', '2001::1'],
  ['ORCHID', '2001:10::1'],
  ['ORCHIDv2', '2001:20::1'],
  ['benchmarks', '2001:2::1'],
  ['documentation', '2001:db8::1'],
  ['documentation, newer', '3fff::1'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['6to4 of a private address', '2002:a00:1::'],
  ['segment routing', '5f00::1'],
  ['unique local', 'fc00::1'],
  ['the metadata of AWS over IPv6', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local, with a zone', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['a number', '2130706433'],
  ['hex', '0x7f000001'],
  ['octal', '0177.0.0.1'],
  ['three parts', '127.0.1'],
  ['nothing', ''],
  ['a name', 'localhost'],
]

describe('an address', () => {
  test.each(hostile)('is refused: %s, %s', (_, address) => {
    expect(mayDial(address)).toBe(false)
  })

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '93.184.215.14',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:82a::200e',
  ])('of the internet may be dialled: %s', (address) => {
    expect(mayDial(address)).toBe(true)
  })

  test('is never dialled in IPv6 because of the IPv4 address inside it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (inside) => {
        expect(mayDial(`::ffff:${inside}`)).toBe(false)
        expect(mayDial(`64:ff9b::${inside}`)).toBe(false)
      }),
    )
  })

  test('is dialled in a range that the operator allows, and in no other', () => {
    const rule = createAddressRule(['127.0.0.0/8', '::1/128'])
    expect(['127.0.0.1', '::1', '8.8.8.8'].map(rule)).toEqual([true, true, true])
    expect(['10.0.0.1', '::2', '::ffff:127.0.0.1'].map(rule)).toEqual([false, false, false])
  })

  test('a range that is none is a mistake, found at the start', () => {
    expect(() => createAddressRule(['127.0.0.1'])).toThrow()
  })
})
