import type { Clock, EpochRegistry, KeySource } from '@logicspike/auth'
import type { KnownDocuments } from '../documents/known-documents.ts'
import { longestPlanWait } from '../planning/planner.ts'
import type { RateLimiter } from '../rate-limits/rate-limiter.ts'
import { createReadiness, type Readiness } from './readiness.ts'

export type GatewayParts = {
  readonly supergraph: { readonly loaded: boolean }
  readonly epochs: Pick<EpochRegistry, 'ready'> &
    Partial<Pick<EpochRegistry, 'isPushed' | 'lastPolledAt'>>
  readonly keys: Pick<KeySource, 'fetchedAt'>
  readonly documents: Pick<KnownDocuments, 'isStoreDown'>
  readonly rateLimiter?: Pick<RateLimiter, 'isStoreDown'>
  readonly clock?: Clock
  readonly isDraining: () => boolean
}

/** Older knowledge of revocations than polls leave it with while all is well. Seconds. */
const OLD_SECONDS = 15
/** A plan takes milliseconds; nobody waits for so long unless the thread has got stuck. Seconds. */
const LONG_WAIT_SECONDS = 2

/** What a gateway is made of, and how it says what each part lacks. */
export function gatewayReadiness(gateway: GatewayParts): Readiness {
  const { supergraph, epochs, keys, documents, rateLimiter, isDraining } = gateway
  return createReadiness(
    {
      supergraph: () => (supergraph.loaded ? null : 'no supergraph was loaded yet'),
      epochs: () =>
        epochs.ready
          ? null
          : 'not everybody who knows revocations has answered yet; until then every token counts as revoked',
      keys: () =>
        keys.fetchedAt === null ? 'no signing keys were loaded from identity yet' : null,
      serving: () => (isDraining() ? 'the gateway is about to stop' : null),
    },
    {
      revocations: () => revocationsComplaint(gateway),
      planner: plannerComplaint,
      documents: () =>
        documents.isStoreDown
          ? 'the store of documents cannot be reached; clients are asked to send theirs again'
          : null,
      budgets: () =>
        rateLimiter?.isStoreDown
          ? 'the store of budgets cannot be reached; this gateway counts alone, in memory'
          : null,
    },
  )
}

function revocationsComplaint({ epochs, clock }: GatewayParts): string | null {
  const { lastPolledAt, isPushed } = epochs
  const now = clock?.now() ?? new Date()
  const age = lastPolledAt ? Math.round((now.getTime() - lastPolledAt.getTime()) / 1000) : 0
  if (age > OLD_SECONDS) {
    return `they are known up to ${age} seconds ago; changes ask anew, and fail where nobody answers`
  }
  return isPushed === false ? 'they are not pushed; who knows them is asked instead' : null
}

function plannerComplaint(): string | null {
  const seconds = longestPlanWait() / 1000
  return seconds > LONG_WAIT_SECONDS
    ? `an operation has waited ${Math.round(seconds)} seconds for its plan; those with plans are answered`
    : null
}
