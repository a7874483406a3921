import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  ACCESS_TOKEN_MAX_TTL_SECONDS,
  ACCESS_TOKEN_TTL_SECONDS,
  accessTokenTtlSeconds,
} from './access-token.ts'

describe('the lifetime of an access token', () => {
  test('is spread over a tenth to either side of five minutes', () => {
    expect(accessTokenTtlSeconds(() => 0)).toBe(270)
    expect(accessTokenTtlSeconds(() => 0.5)).toBe(ACCESS_TOKEN_TTL_SECONDS)
    expect(accessTokenTtlSeconds(() => 1 - Number.EPSILON)).toBe(330)
  })

  test('is never longer than verifiers accept, whatever the dice say', () => {
    const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(dice, (drawn) => {
        const seconds = accessTokenTtlSeconds(() => drawn)
        expect(Number.isInteger(seconds)).toBe(true)
        expect(seconds).toBeGreaterThanOrEqual(270)
        expect(seconds).toBeLessThanOrEqual(ACCESS_TOKEN_MAX_TTL_SECONDS)
      }),
    )
  })
})
