import { describe, expect, test } from '@jest/globals'
import { trialEnd } from './trial-end.ts'

describe('a trial', () => {
  test('ends at the same time of day, so many days later', () => {
    expect(trialEnd(new Date('2030-02-20T09:30:00.123Z'), 14)).toEqual(
      new Date('2030-03-06T09:30:00.123Z'),
    )
  })

  test('of no days is over as it begins', () => {
    const startedAt = new Date('2030-02-20T09:30:00Z')
    expect(trialEnd(startedAt, 0)).toEqual(startedAt)
  })
})
