/** How it stands with a part of the gateway. */
export type PartStatus =
  | { readonly status: 'ready' }
  /** `degraded`: requests are answered, though not as well as they could be. */
  | { readonly status: 'not-ready' | 'degraded'; readonly reason: string }

/** What is wrong with a part, in words; null for nothing. */
export type Complaint = () => string | null

export type Readiness = {
  /** Whether every part is there without which no request can be answered. */
  isReady(): boolean
  parts(): Readonly<Record<string, PartStatus>>
}

/**
 * @param needed without each of them no request may be sent here
 * @param helpful what the gateway goes on without
 */
export function createReadiness(
  needed: Readonly<Record<string, Complaint>>,
  helpful: Readonly<Record<string, Complaint>>,
): Readiness {
  return {
    isReady: () => Object.values(needed).every((complaint) => complaint() === null),
    parts: () => ({ ...told(needed, 'not-ready'), ...told(helpful, 'degraded') }),
  }
}

function told(
  parts: Readonly<Record<string, Complaint>>,
  status: 'not-ready' | 'degraded',
): Record<string, PartStatus> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, complaint]) => {
      const reason = complaint()
      return [name, reason === null ? { status: 'ready' } : { status, reason }]
    }),
  )
}
