import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MAX_ATTEMPTS, type Settlement, settleAttempt } from './settle-attempt.ts'

const now = new Date('2027-03-01T10:00:00Z')
const later = { outcome: 'retryLater', reason: 'busy' } as const
const pauseOf = (settled: Settlement): number =>
  settled.status === 'queued' ? settled.at.getTime() - now.getTime() : Number.NaN

describe('an attempt', () => {
  test('that succeeded settles the delivery', () => {
    expect(settleAttempt({ outcome: 'sent' }, 1, now, 0)).toEqual({ status: 'sent' })
  })

  test('that was refused is not repeated', () => {
    const refused = { outcome: 'refused', reason: 'no such mailbox', permanent: true } as const
    expect(settleAttempt(refused, 1, now, 0)).toEqual({
      status: 'failed',
      reason: 'no such mailbox',
    })
  })

  test('that may work later is repeated, after pauses that double', () => {
    const pauses = [1, 2, 3].map((attempts) => pauseOf(settleAttempt(later, attempts, now, 0)))
    expect(pauses).toEqual([30_000, 60_000, 120_000])
  })

  test('waits at least as long as the other side asked for, within six hours', () => {
    expect(pauseOf(settleAttempt({ ...later, afterMs: 90_000 }, 1, now, 0))).toBe(90_000)
    expect(pauseOf(settleAttempt({ ...later, afterMs: 90_000_000 }, 1, now, 0))).toBe(21_600_000)
  })

  test('is the last one after so many', () => {
    expect(settleAttempt(later, MAX_ATTEMPTS, now, 0)).toEqual({ status: 'failed', reason: 'busy' })
  })

  test('is spread by chance, never made earlier and never later by more than half', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_ATTEMPTS - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, chance) => {
          const least = pauseOf(settleAttempt(later, attempts, now, 0))
          const pause = pauseOf(settleAttempt(later, attempts, now, chance))
          expect(pause).toBeGreaterThanOrEqual(least)
          expect(pause).toBeLessThanOrEqual(least * 1.5)
        },
      ),
    )
  })
})
