import { Temporal } from 'temporal-polyfill'

/**
 * When somebody does not want to be disturbed, in their own time: from the minute `from` until
 * before the minute `until`, `HH:MM` each. Past midnight where `until` is earlier; never where both
 * are the same.
 */
export type QuietHours = { readonly from: string; readonly until: string }

const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** Whether a text is a time of day as `QuietHours` keeps it. */
export const isTimeOfDay = (text: string): boolean => CLOCK.test(text)

/** Whether a text names a time zone that times can be reckoned in. */
export function isTimezone(text: string): boolean {
  try {
    return Temporal.Now.zonedDateTimeISO(text).timeZoneId !== '' && /^[A-Z]/.test(text)
  } catch {
    return false
  }
}

/**
 * The first moment after `now` that is not quiet; null where `now` is not quiet. What counts is the
 * clock on the wall: an hour that the clock skips is not waited for, one that it repeats is quiet
 * both times.
 * @param timezone a name of the IANA database
 */
export function quietUntil(hours: QuietHours, timezone: string, now: Date): Date | null {
  const local = localTime(now, timezone)
  if (!isQuiet(hours, local)) return null
  const ends = [local, local.add({ days: 1 })].flatMap((day) => [
    ...(['earlier', 'later'] as const).map((disambiguation) => atTime(day, hours, disambiguation)),
  ])
  // Where the clock jumps over the end, quiet ends with the jump.
  const jump = local.getTimeZoneTransition('next')
  const moments = [...ends, ...(jump ? [jump] : [])]
    .filter((moment) => isAfter(moment, local) && !isQuiet(hours, moment))
    .sort(Temporal.ZonedDateTime.compare)
  const [first] = moments
  if (!first) throw new Error(`Quiet hours ${hours.from}–${hours.until} never end in ${timezone}.`)
  return new Date(first.epochMilliseconds)
}

/** The first full hour after `now`. */
export function nextHour(now: Date, timezone: string): Date {
  const hour = localTime(now, timezone).round({ smallestUnit: 'hour', roundingMode: 'floor' })
  return new Date(hour.add({ hours: 1 }).epochMilliseconds)
}

/** The first time after `now` that the clock on the wall shows `time`, `HH:MM`. */
export function nextTimeOfDay(time: string, now: Date, timezone: string): Date {
  const local = localTime(now, timezone)
  const today = local.withPlainTime(time)
  const next = isAfter(today, local) ? today : local.add({ days: 1 }).withPlainTime(time)
  return new Date(next.epochMilliseconds)
}

const localTime = (instant: Date, timezone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timezone)

function isQuiet({ from, until }: QuietHours, at: Temporal.ZonedDateTime): boolean {
  const time = at.toPlainTime().toString({ smallestUnit: 'minute' })
  return from <= until ? from <= time && time < until : time >= from || time < until
}

const atTime = (
  day: Temporal.ZonedDateTime,
  { until }: QuietHours,
  disambiguation: 'earlier' | 'later',
): Temporal.ZonedDateTime =>
  day
    .toPlainDate()
    .toPlainDateTime(Temporal.PlainTime.from(until))
    .toZonedDateTime(day.timeZoneId, { disambiguation })

const isAfter = (one: Temporal.ZonedDateTime, other: Temporal.ZonedDateTime): boolean =>
  Temporal.ZonedDateTime.compare(one, other) > 0
