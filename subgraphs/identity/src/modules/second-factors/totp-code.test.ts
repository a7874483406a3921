import { describe, expect, test } from '@jest/globals'
import { findTimeStep, newTotpSeed, totpUri } from './totp-code.ts'

/** The secret of RFC 6238, Appendix B: "12345678901234567890" in base32. */
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const at = (seconds: number) => new Date(seconds * 1000)

/** Seconds since the epoch and the last six digits of the value in RFC 6238, Appendix B. */
const vectors: [number, string][] = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
]

describe('TOTP codes', () => {
  test.each(vectors)('agree with RFC 6238 at second %i', async (second, code) => {
    const step = await findTimeStep({ seed, code, now: at(second), lastStep: 0 })
    expect(step).toBe(Math.floor(second / 30))
  })

  test('are taken with blanks, as apps show them', async () => {
    expect(await findTimeStep({ seed, code: '287 082', now: at(59), lastStep: 0 })).toBe(1)
  })

  test('outlive their step by five seconds, not by six', async () => {
    expect(await findTimeStep({ seed, code: '287082', now: at(64), lastStep: 0 })).toBe(1)
    expect(await findTimeStep({ seed, code: '287082', now: at(66), lastStep: 0 })).toBeNull()
  })

  test('of the future are refused', async () => {
    expect(await findTimeStep({ seed, code: '287082', now: at(29), lastStep: 0 })).toBeNull()
  })

  test('of the last used step and of earlier ones are refused', async () => {
    expect(await findTimeStep({ seed, code: '287082', now: at(59), lastStep: 1 })).toBeNull()
    expect(await findTimeStep({ seed, code: '287082', now: at(62), lastStep: 2 })).toBeNull()
  })

  test('do not fail when the clock was set back behind the last used step', async () => {
    expect(await findTimeStep({ seed, code: '287082', now: at(59), lastStep: 999 })).toBeNull()
  })

  test.each(['', '28708', '2870822', '28708a', '２８７０８２', '-87082'])(
    'that are not six digits are refused: %j',
    async (code) => {
      expect(await findTimeStep({ seed, code, now: at(59), lastStep: 0 })).toBeNull()
    },
  )

  test('come from a seed of 160 bits', () => {
    expect(newTotpSeed()).toMatch(/^[A-Z2-7]{32}$/)
    expect(newTotpSeed()).not.toBe(newTotpSeed())
  })

  test('are enrolled by a link that names platform and account', () => {
    const uri = new URL(totpUri(seed, 'ada@example.com', 'LogicSpike'))
    expect(uri.protocol).toBe('otpauth:')
    expect(decodeURIComponent(uri.pathname)).toBe('/LogicSpike:ada@example.com')
    expect(uri.searchParams.get('secret')).toBe(seed)
    expect(uri.searchParams.get('issuer')).toBe('LogicSpike')
  })
})
