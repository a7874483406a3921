import { describe, expect, test } from '@jest/globals'
import { ipPrefix } from './ip-prefix.ts'

describe('the network a limit is counted for', () => {
  test.each([
    ['203.0.113.9', '203.0.113.0/24'],
    ['::ffff:203.0.113.9', '203.0.113.0/24'],
    ['::ffff:cb00:7109', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('%s counts as %s', (ip, prefix) => {
    expect(ipPrefix(ip)).toBe(prefix)
  })

  test.each([[null], [''], ['localhost'], ['1.2.3'], ['1.2.3.4, 5.6.7.8']])(
    '%p is no address and counts with all that are none',
    (ip) => {
      expect(ipPrefix(ip)).toBe('unknown')
    },
  )
})
