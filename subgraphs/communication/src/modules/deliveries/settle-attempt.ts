import type { SendOutcome } from './channel.ts'

/** What becomes of a delivery after an attempt. */
export type Settlement =
  | { readonly status: 'sent' }
  | { readonly status: 'queued'; readonly at: Date; readonly reason: string }
  | { readonly status: 'failed'; readonly reason: string }

/** After so many attempts a delivery has failed: with the pauses below, after about a day. */
export const MAX_ATTEMPTS = 10

const FIRST_PAUSE_MS = 30_000
const LONGEST_PAUSE_MS = 6 * 3_600_000

/**
 * Decides by what an attempt came to. Pauses double from half a minute up to six hours; where the
 * other side named a longer one, that is kept. Pure.
 * @param attempts how many there were, this one included
 * @param chance from 0 to 1: spreads what failed together, by up to half of the pause
 */
export function settleAttempt(
  outcome: SendOutcome,
  attempts: number,
  now: Date,
  chance: number,
): Settlement {
  if (outcome.outcome === 'sent') return { status: 'sent' }
  const { reason } = outcome
  if (outcome.outcome === 'refused' || attempts >= MAX_ATTEMPTS) return { status: 'failed', reason }
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
  const asked = Math.min(outcome.afterMs ?? 0, LONGEST_PAUSE_MS)
  const waitMs = Math.max(pause, asked) * (1 + chance / 2)
  return { status: 'queued', at: new Date(now.getTime() + Math.round(waitMs)), reason }
}
