import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  formatRecoveryCode,
  parseRecoveryCode,
  RECOVERY_CODE_BYTES,
  recoveryCodeFrom,
} from './recovery-code-format.ts'

const codes = fc
  .tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.uint8Array({ minLength: RECOVERY_CODE_BYTES, maxLength: RECOVERY_CODE_BYTES }),
  )
  .map(([position, bytes]) => recoveryCodeFrom(position, bytes))

describe('recovery codes', () => {
  test('what is shown reads back as the same code', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(parseRecoveryCode(formatRecoveryCode(code))).toEqual(code)
      }),
    )
  })

  test('are shown as three groups of four', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(formatRecoveryCode(code)).toMatch(/^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/)
      }),
    )
  })

  test('may be typed in capitals, with blanks, and with letters that look like digits', () => {
    const expected = parseRecoveryCode('3k70-2mx1-rt1b')
    expect(expected).not.toBeNull()
    expect(parseRecoveryCode(' 3K7O 2MXI RTLB ')).toEqual(expected)
  })

  test.each([
    '',
    '3k7q-2mx9-rtd',
    '3k7q-2mx9-rtdbb',
    'k3k7-q2mx-9rtd',
    '3u7q-2mx9-rtdb',
    '1'.repeat(99),
  ])('something else is no code: %j', (text) => {
    expect(parseRecoveryCode(text)).toBeNull()
  })
})
