import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { reservedSlugs } from './reserved-slugs.ts'
import { isReservedSlug, normalizeSlug, slugFromName, slugProblem } from './slug-rules.ts'

describe('slugs', () => {
  test.each([['abc'], ['acme'], ['acme-inc'], ['a1-b2-c3'], ['x'.repeat(40)]])(
    '%s may be one',
    (slug) => {
      expect(slugProblem(slug)).toBeNull()
    },
  )

  test.each([
    ['too short', 'ab'],
    ['too long', 'x'.repeat(41)],
    ['capitals', 'Acme'],
    ['an underscore, as in ids', 'wks_acme'],
    ['a hyphen at the beginning', '-acme'],
    ['a hyphen at the end', 'acme-'],
    ['two hyphens', 'ac--me'],
    ['a dot', 'acme.com'],
    ['a slash', 'acme/admin'],
    ['a letter that only looks like one', 'аcme'],
    ['an encoding of another alphabet', 'xn--80ak6aa92e'],
    ['a number', '12345'],
    ['nothing', ''],
    ['a NUL', 'ac\0me'],
  ])('%s: %j may not', (_, slug) => {
    expect(slugProblem(slug)).not.toBeNull()
  })

  test('blanks around and capitals are forgiven', () => {
    expect(normalizeSlug('  Acme-Inc ')).toBe('acme-inc')
  })

  test('every reserved word could be typed as a slug but for its length', () => {
    for (const word of reservedSlugs) {
      expect(normalizeSlug(word)).toBe(word)
      expect(isReservedSlug(word)).toBe(true)
    }
  })

  test('whatever the name, a slug is made of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
        const slug = slugFromName(name, '0123456789abcdefghjkmnpqr')
        expect(slugProblem(slug)).toBeNull()
        expect(isReservedSlug(slug)).toBe(false)
      }),
    )
  })

  test('names keep what ASCII has of them', () => {
    expect(slugFromName('Café Zoë & Söhne', 'abc123')).toBe('cafe-zoe-sohne-abc123')
    expect(slugFromName('株式会社', 'abc123')).toBe('workspace-abc123')
  })
})
