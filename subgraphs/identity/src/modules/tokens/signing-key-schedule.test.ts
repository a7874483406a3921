import { describe, expect, test } from '@jest/globals'
import {
  currentKey,
  type KeyTimes,
  planRotation,
  publishedKeys,
  RETENTION_MS,
  SIGNING_PERIOD_MS,
} from './signing-key-schedule.ts'

const START = Date.parse('2030-01-01T00:00:00Z')
const at = (ms: number) => new Date(START + ms)
const key = (activatesMs: number, retiresMs: number | null = null): KeyTimes => ({
  activatesAt: at(activatesMs),
  retiresAt: retiresMs === null ? null : at(retiresMs),
})

describe('currentKey', () => {
  test('is the one activated last, never one whose time has not come', () => {
    const [old, now, next] = [key(-10), key(0), key(10)]
    expect(currentKey([next, old, now], at(9))).toBe(now)
    expect(currentKey([next, old, now], at(10))).toBe(next)
    expect(currentKey([next], at(9))).toBeNull()
  })
})

describe('publishedKeys', () => {
  test('are all that may verify now or soon, in order of activation', () => {
    const [retired, previous, now, next] = [key(-30, -1), key(-20, 5), key(0), key(10)]
    expect(publishedKeys([next, now, previous, retired], at(0))).toEqual([previous, now, next])
    expect(publishedKeys([previous], at(5))).toEqual([])
  })
})

describe('planRotation', () => {
  test('makes a Current and a Next key where there are none', () => {
    expect(planRotation([], at(0))).toEqual({
      create: [at(0), at(SIGNING_PERIOD_MS)],
      retire: [],
      erase: [],
    })
  })

  test('has nothing to do while Current and Next are there', () => {
    const keys = [key(0), key(SIGNING_PERIOD_MS)]
    expect(planRotation(keys, at(SIGNING_PERIOD_MS - 1))).toEqual({
      create: [],
      retire: [],
      erase: [],
    })
  })

  test('makes the one after, and retires the one before, once Next has taken over', () => {
    const [previous, current] = [key(0), key(SIGNING_PERIOD_MS)]
    const now = SIGNING_PERIOD_MS + 60_000
    expect(planRotation([previous, current], at(now))).toEqual({
      create: [at(now + SIGNING_PERIOD_MS)],
      retire: [{ key: previous, at: at(SIGNING_PERIOD_MS + RETENTION_MS) }],
      erase: [],
    })
  })

  test('lets no key retire before its last token has expired, however late the job runs', () => {
    const keys = [key(0), key(SIGNING_PERIOD_MS)]
    for (const late of [0, 1, RETENTION_MS, 90 * SIGNING_PERIOD_MS]) {
      const [retired] = planRotation(keys, at(SIGNING_PERIOD_MS + late)).retire
      expect(retired?.at).toEqual(at(SIGNING_PERIOD_MS + RETENTION_MS))
    }
  })

  test('erases what has retired', () => {
    const [retired, current, next] = [key(-10, 0), key(-5), key(10)]
    expect(planRotation([retired, current, next], at(0)).erase).toEqual([retired])
  })
})
