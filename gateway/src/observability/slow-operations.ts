import type { RequestScope } from '../request-scope.ts'
import type { OperationRecord, StageTimes } from './operation-record.ts'

export type SlowOperationLog = {
  /** Looks at an operation that is over. */
  note(scope: RequestScope, record: OperationRecord, milliseconds: number): void
}

/** Lines in a minute; what is slow beyond them is only counted, so that no load becomes one of lines. */
const MOST_PER_MINUTE = 10
const MINUTE_MS = 60_000

/**
 * Tells of operations that took long, with where the time went: stages, fetches and the plan. Nothing
 * that a client wrote is in it but the operation's name.
 * @param thresholdMs from when on an operation is slow; 0 tells of none
 * @param now milliseconds on a clock that only goes forward
 */
export function createSlowOperationLog(
  thresholdMs: number,
  now: () => number = () => performance.now(),
): SlowOperationLog {
  let minuteFrom = Number.NEGATIVE_INFINITY
  let told = 0
  let untold = 0

  function mayTell(): boolean {
    if (now() - minuteFrom >= MINUTE_MS) {
      minuteFrom = now()
      told = 0
    }
    if (told >= MOST_PER_MINUTE) {
      untold += 1
      return false
    }
    told += 1
    return true
  }

  return {
    note(scope, record, milliseconds) {
      if (thresholdMs === 0 || milliseconds < thresholdMs || !mayTell()) return
      const { name = null, type = null, hash = null } = scope.operation ?? {}
      const { stageTimes, fetches, fetchCount, transport } = record
      scope.log.warn(
        {
          operation: { name, type, hash },
          transport,
          durationMs: tenths(milliseconds),
          stagesMs: roundedTimes(stageTimes),
          fetchCount,
          fetches: fetches.map(({ subgraph, outcome, at, ms }) => ({
            subgraph,
            outcome,
            atMs: tenths(at),
            ms: tenths(ms),
          })),
          plan: record.outline?.() ?? null,
          untold,
        },
        'slow operation',
      )
      untold = 0
    },
  }
}

/** Only the stages that were come to. */
export function roundedTimes(times: StageTimes): Record<string, number> {
  return Object.fromEntries(
    Object.entries(times).flatMap(([stage, ms]) => (ms > 0 ? [[stage, tenths(ms)]] : [])),
  )
}

const tenths = (milliseconds: number): number => Math.round(milliseconds * 10) / 10
