import { AppError } from '@logicspike/errors'
import type { BudgetStatus, Verdict } from './rate-limiter.ts'

/** Whole seconds until the window ends, at least one. */
const secondsLeft = ({ resetAt }: BudgetStatus): number =>
  Math.max(1, Math.ceil((resetAt.getTime() - Date.now()) / 1_000))

/**
 * What a client is told of its budget: `RateLimit-*` of draft-ietf-httpapi-ratelimit-headers (the
 * three fields that clients know, and the policy), and `Retry-After` (RFC 9110 §10.2.3) where it
 * was refused.
 */
export function rateLimitHeaders({ status, isAllowed }: Verdict): Record<string, string> {
  const { name, units, windowSeconds, left } = status
  const reset = String(secondsLeft(status))
  return {
    'ratelimit-policy': `"${name}";q=${units};w=${windowSeconds}`,
    'ratelimit-limit': String(units),
    'ratelimit-remaining': String(Math.max(0, Math.floor(left))),
    'ratelimit-reset': reset,
    ...(!isAllowed && { 'retry-after': reset }),
  }
}

/** @returns AppError RATE_LIMITED, with the budget and when it is full again */
export function refusalBy(status: BudgetStatus): AppError {
  const retryAfterSeconds = secondsLeft(status)
  return new AppError(
    'RATE_LIMITED',
    `Too much at once. Try again in ${retryAfterSeconds} seconds.`,
    {
      extensions: {
        limit: status.name,
        retryAfterSeconds,
        resetAt: status.resetAt.toISOString(),
      },
    },
  )
}
