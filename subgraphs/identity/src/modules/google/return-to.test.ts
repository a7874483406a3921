import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseReturnTo } from './return-to.ts'

const consoleUrl = 'https://console.example.com'

describe('O6: where to go after signing in', () => {
  test.each([
    ['/', '/'],
    ['/w/acme/members?page=2#top', '/w/acme/members?page=2#top'],
    ['/a b', '/a%20b'],
    ['/settings/../account', '/account'],
    ['/@evil.example', '/@evil.example'],
    ['/%2F%2Fevil.example', '/%2F%2Fevil.example'],
    ['/redirect?to=https://evil.example', '/redirect?to=https://evil.example'],
  ])('%j is a place of the console: %j', (given, place) => {
    expect(parseReturnTo(given, consoleUrl)).toBe(place)
  })

  test.each([
    [''],
    ['account'],
    ['//evil.example'],
    ['///evil.example'],
    ['/\\evil.example'],
    ['\\\\evil.example'],
    ['/\\/evil.example'],
    ['/\t/evil.example'],
    ['/\n/evil.example'],
    ['\t//evil.example'],
    [' //evil.example'],
    ['/.//evil.example'],
    ['/..//evil.example'],
    ['/a/..//evil.example'],
    ['https:evil.example'],
    ['https://evil.example'],
    ['https://console.example.com@evil.example'],
    ['https://console.example.com.evil.example'],
    ['@evil.example'],
    ['.evil.example'],
    ['javascript:alert(1)'],
    ['data:text/html,x'],
    ['%2F%2Fevil.example'],
    ['/a\u0000b'],
    ['/a\u202eb'],
    [`/${'a'.repeat(2000)}`],
  ])('%j is refused', (given) => {
    expect(parseReturnTo(given, consoleUrl)).toBeNull()
  })

  test('whatever is accepted stays at the console when a browser follows it', () => {
    const pieces = fc.constantFrom('/', '\\', '.', '..', '@', ':', '%2f', '\t', 'evil.example', '#')
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 8 }), (parts) => {
        const place = parseReturnTo(parts.join(''), consoleUrl)
        if (place === null) return
        expect(new URL(place, consoleUrl).origin).toBe(consoleUrl)
        expect(new URL(consoleUrl + place).origin).toBe(consoleUrl)
      }),
      { numRuns: 2000 },
    )
  })
})
