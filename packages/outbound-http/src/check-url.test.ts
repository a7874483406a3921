import { describe, expect, test } from '@jest/globals'
import { createAddressRule } from './address-rule.ts'
import { checkUrl } from './check-url.ts'
import { OutboundRefused, type RefusalReason } from './outbound-errors.ts'

const mayDial = createAddressRule()

function refusalOf(url: string): RefusalReason | null {
  try {
    checkUrl(url, mayDial)
    return null
  } catch (error) {
    if (error instanceof OutboundRefused) return error.reason
    throw error
  }
}

const hostile: readonly (readonly [RefusalReason, string])[] = [
  ['URL', ''],
  ['URL', 'hooks.example.com'],
  ['URL', '//hooks.example.com/x'],
  ['URL', 'https:hooks.example.com'],
  ['URL', 'https:/hooks.example.com'],
  ['URL', 'https://'],
  ['URL', ' https://hooks.example.com'],
  ['URL', 'https://hooks.example.com/\r\nX-Injected: 1'],
  ['URL', 'https://hooks.exam\tple.com/'],
  ['URL', 'https://hooks.example.com\\@127.0.0.1/'],
  ['URL', 'https://１２７.０.０.１/'],
  ['URL', 'https://loc\u00adalhost/'],
  ['URL', 'https://127。0。0。1/'],
  ['URL', 'https://[fe80::1%25eth0]/'],
  ['URL', `https://hooks.example.com/${'a'.repeat(2100)}`],
  ['SCHEME', 'http://hooks.example.com/'],
  ['SCHEME', 'ftp://hooks.example.com/'],
  ['SCHEME', 'file:///etc/passwd'],
  ['SCHEME', 'gopher://127.0.0.1:6379/_FLUSHALL'],
  ['SCHEME', 'ws://hooks.example.com/'],
  ['CREDENTIALS', 'https://user@hooks.example.com/'],
  ['CREDENTIALS', 'https://user:secret@hooks.example.com/'],
  ['CREDENTIALS', 'https://hooks.example.com@127.0.0.1/'],
  ['CREDENTIALS', 'https://@hooks.example.com/'],
  ['PORT', 'https://hooks.example.com:22/'],
  ['PORT', 'https://hooks.example.com:8443/'],
  ['PORT', 'https://hooks.example.com:0/'],
  ['HOST', 'https://localhost/'],
  ['HOST', 'https://LOCALHOST/'],
  ['HOST', 'https://a.localhost/'],
  ['HOST', 'https://localhost./'],
  ['HOST', 'https://hooks.example.com./'],
  ['HOST', 'https://identity/'],
  ['HOST', 'https://metadata.google.internal/'],
  ['HOST', 'https://printer.local/'],
  ['HOST', 'https://router.home.arpa/'],
  ['HOST', 'https://2130706433/'],
  ['HOST', 'https://0x7f000001/'],
  ['HOST', 'https://0x7f.1/'],
  ['HOST', 'https://017700000001/'],
  ['HOST', 'https://0177.0.0.1/'],
  ['HOST', 'https://127.1/'],
  ['HOST', 'https://127.0.0.1./'],
  ['HOST', 'https://127%2e0.0.1/'],
  ['HOST', 'https://%6cocalhost/'],
  ['HOST', 'https://[0:0:0:0:0:0:0:1]/'],
  ['ADDRESS', 'https://127.0.0.1/'],
  ['ADDRESS', 'https://0.0.0.0/'],
  ['ADDRESS', 'https://10.1.2.3/'],
  ['ADDRESS', 'https://169.254.169.254/latest/meta-data/'],
  ['ADDRESS', 'https://[::1]/'],
  ['ADDRESS', 'https://[::]/'],
  ['ADDRESS', 'https://[::ffff:7f00:1]/'],
  ['ADDRESS', 'https://[64:ff9b::7f00:1]/'],
  ['ADDRESS', 'https://[fd00:ec2::254]/'],
]

describe('a URL', () => {
  test.each(hostile)('is refused for its %s: %j', (reason, url) => {
    expect(refusalOf(url)).toBe(reason)
  })

  test.each([
    'https://hooks.example.com',
    'https://hooks.example.com/a?b=c@d#e',
    'https://Hooks.Example.com:443/',
    'https://xn--mnchen-3ya.example/',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
  ])('of the internet may be called: %s', (url) => {
    expect(refusalOf(url)).toBeNull()
  })

  test('may be of other schemes and ports where the policy says so', () => {
    const policy = { protocols: ['http:'], ports: [8080] } as const
    expect(checkUrl('http://hooks.example.com:8080/', mayDial, policy).port).toBe('8080')
    expect(() => checkUrl('https://hooks.example.com:8080/', mayDial, policy)).toThrow('https')
    expect(() => checkUrl('http://hooks.example.com/', mayDial, policy)).toThrow('port')
  })

  test('what is said of it tells nothing about the network behind', () => {
    const messageOf = (url: string) => {
      try {
        return checkUrl(url, mayDial)
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(messageOf('https://10.0.0.1/')).toBe(messageOf('https://printer.local/'))
  })
})
