import { describe, expect, test } from '@jest/globals'
import { readableOn } from './letter-style.ts'

describe('text on a colour', () => {
  test.each([
    ['#ffffff', '#000000'],
    ['#000000', '#ffffff'],
    ['#ffee00', '#000000'],
    ['#1f2a44', '#ffffff'],
    ['#777777', '#000000'],
    ['#ff0000', '#000000'],
    ['#0000ff', '#ffffff'],
  ] as const)('is readable on %s in %s', (background, text) => {
    expect(readableOn(background)).toBe(text)
  })
})
