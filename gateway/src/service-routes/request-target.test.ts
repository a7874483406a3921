import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseRequestTarget } from './request-target.ts'

const isAccepted = (raw: string): boolean => {
  try {
    parseRequestTarget(raw)
    return true
  } catch {
    return false
  }
}

test('path and query are parted at the first question mark, and left as they are', () => {
  expect(parseRequestTarget('/a/b%20c?x=/../y?z')).toEqual({
    path: '/a/b%20c',
    search: '?x=/../y?z',
  })
  expect(parseRequestTarget('/a')).toEqual({ path: '/a', search: '' })
})

test('of all octets, in percent-encoding, only those pass that have one meaning', () => {
  const passing = Array.from({ length: 128 }, (_, octet) => octet).filter((octet) =>
    isAccepted(`/a%${octet.toString(16).padStart(2, '0')}b`),
  )
  expect(String.fromCharCode(...passing)).toBe(' !"$&\'()*+,:<=>@[]^`{|}')
})

test('whatever is accepted means the same once decoded, and to the URL standard', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '/',
      '.',
      '..',
      '%',
      '%2',
      '%2e',
      '%2F',
      '%5c',
      '\\',
      ';',
      '~',
      'a',
      'B',
      '%C3',
      '%A9',
    ),
    fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
  )
  let accepted = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const raw = `/${pieces.join('')}`
      if (!isAccepted(raw)) return
      accepted += 1
      const { path, search } = parseRequestTarget(raw)
      expect(path + search).toBe(raw)
      const url = new URL(raw, 'http://gateway')
      expect(url.pathname).toBe(path)
      const segments = path.split('/').slice(1)
      if (segments.at(-1) === '') segments.pop()
      for (const segment of segments) {
        const decoded = decodeURIComponent(segment)
        expect(decoded).not.toMatch(/[/\\;?#%\p{Cc}]|^\.|\.$|^$/u)
      }
    }),
    { numRuns: 5_000 },
  )
  expect(accepted).toBeGreaterThan(100)
})

test('a long target is decided on in no time', () => {
  const startedAt = performance.now()
  for (const part of ['a.', '.', 'a', '%20', '..a', '/a.'])
    isAccepted(`/${part.repeat(8_000)}!\x7f`)
  expect(performance.now() - startedAt).toBeLessThan(200)
})
