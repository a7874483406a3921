import type { Queryable } from '../log/connection.ts'
import { pause } from '../log/pause.ts'
import type { CaughtUp } from './caught-up.ts'
import type { Moved } from './move-statement.ts'
import type { OutboxSource } from './outbox-source.ts'

/** One look at outboxes that are emptied together. */
export type Pass = Moved & {
  readonly services: readonly string[]
  /** Services whose outbox could not be read. */
  readonly failing: readonly string[]
  readonly seconds: number
}

export type DrainOptions = {
  readonly source: OutboxSource
  readonly caughtUp: CaughtUp
  /** Most rows of one outbox moved at a time. */
  readonly batchSize: number
  /** Longest pause while there is nothing to do, in milliseconds. */
  readonly idleMs: number
  readonly onPass: (pass: Pass) => void
}

/** Pause while there is work, in milliseconds: what comes together meanwhile is moved together. */
const busyMs = 8

/** Pause after a failure of one outbox's database, in milliseconds. */
const failedMs = 500

/**
 * Empties outboxes for as long as it may: at once while batches are full, soon while there is work,
 * and slower the longer there is none.
 * @throws when the log itself cannot be written
 */
export async function drain(
  options: DrainOptions,
  leader: Queryable,
  over: AbortSignal,
): Promise<void> {
  const { batchSize, idleMs } = options
  let wait = busyMs
  while (!over.aborted) {
    const moved = await tryPass(options, leader, over)
    if (moved && moved.taken >= batchSize) continue
    if (moved) wait = moved.taken > 0 ? busyMs : Math.min(wait * 2, idleMs)
    await pause(moved ? wait : failedMs, over)
  }
}

async function tryPass(
  { source, caughtUp, batchSize, onPass }: DrainOptions,
  leader: Queryable,
  over: AbortSignal,
): Promise<Moved | null> {
  const { services } = source
  const foundNothing = caughtUp.begin()
  const begun = performance.now()
  const pass = (moved: Moved) =>
    onPass({
      ...moved,
      services,
      failing: source.failing(),
      seconds: (performance.now() - begun) / 1_000,
    })
  try {
    const moved = await source.move(leader, batchSize)
    pass(moved)
    if (moved.taken === 0 && source.failing().length === 0) foundNothing()
    return moved
  } catch (error) {
    if (over.aborted) return null
    if (source.local || isSilence(error)) throw error
    pass({ taken: 0, logged: 0, age: null })
    return null
  }
}

/** Nobody answers, though the connection looks well; whose it is, the driver does not say. */
const isSilence = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout'
