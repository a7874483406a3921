import { describe, expect, test } from '@jest/globals'
import { createTimeMarks } from './time-marks.ts'

const nothing = async () => undefined
const noted = new Date(1_000)

describe('time marks', () => {
  test('of a place that nobody finds nothing is known: any time is looked at', async () => {
    expect(await createTimeMarks().sinceOf('5', nothing)).toEqual(new Date(0))
  })

  test('allow for what the driver cuts off', async () => {
    const marks = createTimeMarks()
    marks.note('5', noted)
    expect(await marks.sinceOf('5', nothing)).toEqual(new Date(999))
  })

  test('what was found once is not looked for again', async () => {
    const marks = createTimeMarks()
    expect(await marks.sinceOf('5', async () => noted)).toEqual(new Date(999))
    expect(await marks.sinceOf('5', nothing)).toEqual(new Date(999))
  })

  test('the oldest is forgotten, and to note a place again makes it young', async () => {
    const marks = createTimeMarks(2)
    for (const place of ['1', '2', '1', '3']) marks.note(place, noted)
    const known = await Promise.all(['1', '2', '3'].map((it) => marks.sinceOf(it, nothing)))
    expect(known.map((since) => since.getTime() > 0)).toEqual([true, false, true])
  })
})
