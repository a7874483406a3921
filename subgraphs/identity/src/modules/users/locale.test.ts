import { describe, expect, test } from '@jest/globals'
import { normalizeLocale } from './locale.ts'

describe('a language', () => {
  test.each([
    ['de', 'de'],
    ['hi-in', 'hi-IN'],
    ['ZH-hant-tw', 'zh-Hant-TW'],
  ])('%s is kept as %s', (text, tag) => {
    expect(normalizeLocale(text)).toBe(tag)
  })

  test.each(['', 'de DE', 'de_DE', 'd', 'de-'.repeat(20), 'de\r\nBcc: x', 'de-DE-u-\u0000'])(
    '%j is none',
    (text) => {
      expect(normalizeLocale(text)).toBeNull()
    },
  )
})
