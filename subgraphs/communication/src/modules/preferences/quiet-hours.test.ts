import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isTimeOfDay, isTimezone, nextHour, nextTimeOfDay, quietUntil } from './quiet-hours.ts'

const night = { from: '22:00', until: '07:00' }
const until = (hours: { from: string; until: string }, zone: string, now: string) =>
  quietUntil(hours, zone, new Date(now))?.toISOString() ?? null

describe('quiet hours', () => {
  test('past midnight end in the morning', () => {
    expect(until(night, 'Asia/Kolkata', '2026-05-04T18:00:00Z')).toBe('2026-05-05T01:30:00.000Z')
    expect(until(night, 'Asia/Kolkata', '2026-05-04T23:00:00Z')).toBe('2026-05-05T01:30:00.000Z')
  })

  test('begin with their first minute and end before their last', () => {
    expect(until(night, 'UTC', '2026-05-04T21:59:59.999Z')).toBeNull()
    expect(until(night, 'UTC', '2026-05-04T22:00:00Z')).toBe('2026-05-05T07:00:00.000Z')
    expect(until(night, 'UTC', '2026-05-05T06:59:59.999Z')).toBe('2026-05-05T07:00:00.000Z')
    expect(until(night, 'UTC', '2026-05-05T07:00:00Z')).toBeNull()
  })

  test('that begin when they end are none', () => {
    expect(until({ from: '09:00', until: '09:00' }, 'UTC', '2026-05-04T09:00:00Z')).toBeNull()
  })

  test('are an hour shorter in the night that the clock goes forward', () => {
    // Berlin, 29 March 2026: 02:00 becomes 03:00.
    expect(until(night, 'Europe/Berlin', '2026-03-28T21:00:00Z')).toBe('2026-03-29T05:00:00.000Z')
  })

  test('that would end in the hour that is skipped end with the jump', () => {
    const hours = { from: '22:00', until: '02:30' }
    expect(until(hours, 'Europe/Berlin', '2026-03-29T00:30:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })

  test('that end in the hour that is repeated are quiet both times', () => {
    // Berlin, 25 October 2026: 03:00 becomes 02:00.
    const hours = { from: '22:00', until: '02:30' }
    expect(until(hours, 'Europe/Berlin', '2026-10-25T00:10:00Z')).toBe('2026-10-25T00:30:00.000Z')
    expect(until(hours, 'Europe/Berlin', '2026-10-25T00:40:00Z')).toBeNull()
    expect(until(hours, 'Europe/Berlin', '2026-10-25T01:10:00Z')).toBe('2026-10-25T01:30:00.000Z')
  })

  const times = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
  const zones = fc.constantFrom(
    ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'],
    ...['America/Sao_Paulo', 'Pacific/Apia', 'Asia/Kathmandu'],
  )
  /** Around the changes of the clock, where mistakes hide. */
  const changes = [
    ...['2026-03-08T07:00:00Z', '2026-03-29T01:00:00Z', '2026-04-04T15:00:00Z'],
    ...['2026-10-03T15:30:00Z', '2026-10-25T01:00:00Z', '2026-11-01T06:00:00Z'],
  ]
  const moments = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -2_880, max: 2_880 }))
    .map(([change, minutes]) => new Date(Date.parse(change) + minutes * 60_000))

  test('end at the first minute that is not quiet, in every zone and around every change', () => {
    fc.assert(
      fc.property(times, times, zones, moments, (from, end, zone, now) => {
        const hours = { from, until: end }
        const later = quietUntil(hours, zone, now)
        fc.pre(later !== null)
        expect(quietUntil(hours, zone, later)).toBeNull()
        for (let at = now.getTime(); at < later.getTime(); at += 7 * 60_000) {
          expect(quietUntil(hours, zone, new Date(at))).toEqual(later)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the next time', () => {
  test('is strictly later', () => {
    expect(nextHour(new Date('2026-05-04T10:00:00Z'), 'UTC').toISOString()).toBe(
      '2026-05-04T11:00:00.000Z',
    )
    expect(nextTimeOfDay('08:00', new Date('2026-05-04T08:00:00Z'), 'UTC').toISOString()).toBe(
      '2026-05-05T08:00:00.000Z',
    )
  })

  test('of a day is by the clock on the wall, whatever the clock did in between', () => {
    const eve = new Date('2026-03-28T12:00:00Z')
    expect(nextTimeOfDay('08:00', eve, 'Europe/Berlin').toISOString()).toBe(
      '2026-03-29T06:00:00.000Z',
    )
  })
})

describe('what is kept', () => {
  test.each(['00:00', '23:59', '07:05'])('%s is a time of day', (text) => {
    expect(isTimeOfDay(text)).toBe(true)
  })

  test.each(['24:00', '7:00', '12:60', '', '12:00:00'])('"%s" is none', (text) => {
    expect(isTimeOfDay(text)).toBe(false)
  })

  test('a time zone has a name of the IANA database', () => {
    expect(isTimezone('Asia/Kolkata')).toBe(true)
    expect(isTimezone('Mars/Olympus')).toBe(false)
    expect(isTimezone('+05:30')).toBe(false)
  })
})
