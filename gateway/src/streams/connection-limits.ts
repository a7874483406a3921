import type { Principal } from '@logicspike/auth'
import { rateLimited } from '@logicspike/errors'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { StreamLimits } from './stream-limits.ts'

export type ConnectionLimits = {
  /** Counts a connection of an address. @returns how to give it back, to be called once */
  ofAddress(ip: string): () => void
  /** Counts a connection of a caller; those who are nobody are counted by address alone. */
  ofCaller(principal: Principal | null): () => void
}

/** After which a client may try again. */
const RETRY_SECONDS = 10

/** Counts connections that stay open. Both throw AppError RATE_LIMITED where there are too many. */
export function createConnectionLimits(
  limits: StreamLimits,
  metrics: Pick<GatewayMetrics, 'budgetRefused'>,
): ConnectionLimits {
  const counts = new Map<string, number>()

  function count(kind: 'ip' | 'caller', of: string, most: number): () => void {
    const key = `${kind} ${of}`
    const before = counts.get(key) ?? 0
    if (before >= most) {
      metrics.budgetRefused(`connections-of-${kind}`)
      throw rateLimited(RETRY_SECONDS)
    }
    counts.set(key, before + 1)
    let isCounted = true
    return () => {
      if (!isCounted) return
      isCounted = false
      const left = (counts.get(key) ?? 1) - 1
      if (left > 0) counts.set(key, left)
      else counts.delete(key)
    }
  }

  return {
    ofAddress: (ip) => count('ip', ip, limits.connectionsPerIp),
    ofCaller: (principal) =>
      principal
        ? count('caller', principal.userId ?? principal.clientId, limits.connectionsPerPrincipal)
        : () => undefined,
  }
}
