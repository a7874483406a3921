import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { ChargedCaller } from '../rate-limits/limits.ts'
import type { BudgetStatus, RateLimiter, Verdict } from '../rate-limits/rate-limiter.ts'

/** Limits of what comes and goes on connections that stay open; without a limiter there are none. */
export type StreamBudgets = {
  /** Counts one message of a client's network. @returns whether it may be handled */
  admit(clientIp: string): Promise<boolean>
  /**
   * Charges for a message to a client.
   * @param units in cost units, known already
   * @returns the budget that does not hold them; null where they are paid
   * @throws AppError OPERATION_TOO_COSTLY for more than a whole window holds
   */
  pay(caller: ChargedCaller, units: number): Promise<BudgetStatus | null>
}

export function createStreamBudgets(
  limiter: RateLimiter | undefined,
  metrics: Pick<GatewayMetrics, 'budgetRefused'>,
): StreamBudgets {
  function refusalIn({ isAllowed, status }: Verdict): BudgetStatus | null {
    if (isAllowed) return null
    metrics.budgetRefused(status.name)
    return status
  }

  return {
    admit: async (clientIp) => !limiter || refusalIn(await limiter.admit(clientIp)) === null,
    pay: async (caller, units) => (limiter ? refusalIn(await limiter.charge(caller, units)) : null),
  }
}
