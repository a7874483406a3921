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
  readonly stageTimes: StageTimes
  /** The fetches made for it, the first of them only; those it shared with others are not among them. */
  readonly fetches: readonly FetchRecord[]
  /** Of all of them, those shared as well. */
  readonly fetchCount: number
  /** Ends the stage it is in. One that is entered again goes on. */
  enter(stage: Stage): void
  /** @param startedAt by `performance.now()` */
  fetched(subgraph: string, outcome: FetchOutcome, startedAt: number): void
  sharedFetch(): void
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

export function createOperationRecord(transport: Transport): OperationRecord {
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
    stageTimes,
    fetches,
    get fetchCount() {
      return fetchCount
    },
    enter(next) {
      lap()
      stage = next
    },
    fetched(subgraph, outcome, began) {
      fetchCount += 1
      if (fetches.length >= MOST_FETCHES) return
      const ms = performance.now() - began
      fetches.push({ subgraph, outcome, at: began - startedAt, ms })
    },
    sharedFetch() {
      fetchCount += 1
    },
    end: () => lap() - startedAt,
  }
}
