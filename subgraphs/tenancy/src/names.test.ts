import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nameKeyOf, parseName } from './names.ts'

const parse = (text: string) => parseName(text, { max: 80 }, 'name')

describe('names', () => {
  test.each([
    ['Acme', 'Acme'],
    ['  Acme   Inc. ', 'Acme Inc.'],
    ['O’Brien & Söhne', 'O’Brien & Söhne'],
    ['Booking.com', 'Booking.com'],
    ['株式会社', '株式会社'],
    ['e\u0301te\u0301', 'été'],
    ['<script>', '<script>'],
  ])('%j is kept as %j', (text, name) => {
    expect(parse(text)).toEqual({ ok: true, name })
  })

  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['81 characters', 'x'.repeat(81)],
    ['a NUL', 'Ac\0me'],
    ['a line break', 'Acme\nBcc: everybody'],
    ['a change of direction', 'Acme \u202Egnp.exe'],
    ['a zero-width blank', 'Ac\u200Bme'],
    ['an address', 'Your prize: https://evil.example'],
    ['an address without a scheme', 'See www.evil.example'],
  ])('%s is refused at its path', (_, text) => {
    expect(parse(text)).toEqual({
      ok: false,
      error: expect.objectContaining({ __typename: 'InvalidInputError', path: ['name'] }),
    })
  })

  test('80 characters are counted as people count, not in UTF-16', () => {
    expect(parse('😀'.repeat(80)).ok).toBe(true)
  })

  test('what is accepted is accepted again, and unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const once = parse(text)
        if (once.ok) expect(parse(once.name)).toEqual(once)
      }),
    )
  })

  test('names that differ in case or width alone have one key', () => {
    expect(nameKeyOf('ＯＷＮＥＲ')).toBe(nameKeyOf('Owner'))
  })
})
