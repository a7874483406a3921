import { describe, expect, test } from '@jest/globals'
import { createTimeMarks } from './time-marks.ts'

describe('time marks', () => {
  test('of a place that was not noted nothing is known', () => {
    expect(createTimeMarks().since('5')).toEqual(new Date(0))
  })

  test('allow for what the driver cuts off', () => {
    const marks = createTimeMarks()
    marks.note('5', new Date(1_000))
    expect(marks.since('5')).toEqual(new Date(999))
  })

  test('the oldest is forgotten, and to note a place again makes it young', () => {
    const marks = createTimeMarks(2)
    for (const place of ['1', '2', '1', '3']) marks.note(place, new Date(1_000))
    const known = ['1', '2', '3'].filter((place) => marks.since(place).getTime() > 0)
    expect(known).toEqual(['1', '3'])
  })
})
