import { describe, expect, test } from '@jest/globals'
import { normalizeDisplayName } from './display-name.ts'

describe('a display name', () => {
  test.each([
    ['  Ada   Lovelace ', 'Ada Lovelace'],
    ['Ada\tLovelace', 'Ada Lovelace'],
    ['Ju\u0308rgen', 'J\u00fcrgen'],
    ['クロード', 'クロード'],
    ['क्\u200dष', 'क्\u200dष'],
    ['O’Hara & Sons', 'O’Hara & Sons'],
    ['x'.repeat(80), 'x'.repeat(80)],
  ])('%j is stored as %j', (given, stored) => {
    expect(normalizeDisplayName(given)).toBe(stored)
  })

  test.each([
    [''],
    ['   '],
    ['\u200d'],
    ['Ada\u0000'],
    ['Ada\u202eecalevoL'],
    ['Ada\u200bLovelace'],
    ['\ud800'],
    ['x'.repeat(81)],
    ['x'.repeat(1_000_000)],
  ])('%j is refused', (given) => {
    expect(normalizeDisplayName(given)).toBeNull()
  })
})
