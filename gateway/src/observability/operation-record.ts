import type { ErrorCode } from '@logicspike/errors'
import type { OperationSpans } from './operation-spans.ts'

/** What happens to an operation, in order. */
export const stages = [
  /** What the request is, how large its document is, and who sends it. */
  'identify',
  /** Found by its hash, parsed and validated. */
  'parse',
  /** Trusted documents, fresh revocations, cost and budgets. */
  'admit',
  'authorize',
  /** Only where no plan was at hand. */
  'plan',
  'execute',
  /** Everything after the last fetch: nulls, errors, the actual cost. */
  'respond',
] as const
export type Stage = (typeof stages)[number]

/** Milliseconds in each stage; 0 for those not come to. */
export type StageTimes = Readonly<Record<Stage, number>>

export type Transport = 'http' | 'sse' | 'websocket'

/** `partial`: data and errors; a code: the first of the errors that came in place of data. */
export type OperationOutcome = 'ok' | 'partial' | ErrorCode

/** How a fetch ended; `abandoned` where nobody waited for it any more. */
export type FetchOutcome = 'ok' | 'errors' | 'unavailable' | 'timeout' | 'abandoned' | 'failed'

export type FetchRecord = {
  readonly subgraph: string
  readonly outcome: FetchOutcome
  /** Since the operation began. Milliseconds. */
  readonly at: number
  readonly ms: number
}

/** The times of one operation, while it is answered. */
export type OperationRecord = {
  readonly transport: Transport
  /** By `performance.now()`. */
  readonly startedAt: number
  /** Null where nobody records them. */
  readonly spans: OperationSpans | null
  /** Its plan, for people; null before there is one. To be set by whoever executes it. */
  outline: (() => readonly string[]) | null
  readonly stageTimes: StageTimes
  /** The fetches made for it, the first of them only; those it shared with others are not among them. */
  readonly fetches: readonly FetchRecord[]
  /** Of all of them, those shared as well. */
  readonly fetchCount: number
  /** Ends the stage it is in. One that is entered again goes on. */
  enter(stage: Stage): void
  /** @param startedAt by `performance.now()` */
  fetched(subgraph: string, outcome: FetchOutcome, startedAt: number, milliseconds: number): void
  sharedFetch(subgraph: string, startedAt: number): void
  /** It was answered with what was worked out for another request. */
  sharedRun(other: OperationRecord): void
  /** @returns how long it took. Milliseconds. */
  end(): number
}

/** More fetches than any plan of ours has; of operations with more, the rest is counted only. */
const MOST_FETCHES = 100

const NO_TIMES: StageTimes = {
  identify: 0,
  parse: 0,
  admit: 0,
  authorize: 0,
  plan: 0,
  execute: 0,
  respond: 0,
}

export function createOperationRecord(
  transport: Transport,
  spans: OperationSpans | null,
): OperationRecord {
  const startedAt = performance.now()
  const stageTimes: Record<Stage, number> = { ...NO_TIMES }
  const fetches: FetchRecord[] = []
  let fetchCount = 0
  let stage: Stage = 'identify'
  let since = startedAt

  function lap(): number {
    const now = performance.now()
    stageTimes[stage] += now - since
    since = now
    return now
  }

  return {
    transport,
    startedAt,
    spans,
    outline: null,
    stageTimes,
    fetches,
    get fetchCount() {
      return fetchCount
    },
    enter(next) {
      if (next === stage) return
      lap()
      stage = next
      spans?.enter(next)
    },
    fetched(subgraph, outcome, began, ms) {
      fetchCount += 1
      if (fetches.length >= MOST_FETCHES) return
      fetches.push({ subgraph, outcome, at: began - startedAt, ms })
    },
    sharedFetch(subgraph, began) {
      fetchCount += 1
      spans?.sharedFetch(subgraph, began)
    },
    sharedRun(other) {
      fetchCount += other.fetchCount
      this.outline = other.outline
      if (!spans) return
      for (const { subgraph, at } of other.fetches)
        spans.sharedFetch(subgraph, other.startedAt + at)
    },
    end: () => lap() - startedAt,
  }
}
