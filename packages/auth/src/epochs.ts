import { upstreamUnavailable } from '@logicspike/errors'
import { ACCESS_TOKEN_MAX_TTL_SECONDS, type AccessTokenClaims } from './access-token.ts'
import { createPushWatch } from './push-watch.ts'
import type { AuthLog, Clock } from './seams.ts'

/**
 * "Tokens of this subject with a lower epoch are dead." Subjects are `session:<ses id>` and
 * `member:<wks id>:<usr id>`; the epoch of each only ever grows.
 */
export type EpochBump = {
  readonly subject: string
  readonly epoch: number
  /** ISO 8601. */
  readonly bumpedAt: string
}

/** Who knows about bumps: identity for sessions, tenancy for memberships. */
export type EpochSource = {
  readonly name: string
  /** Every bump with `bumpedAt >= since` that is committed; more than asked for does no harm. */
  recentBumps(since: Date): Promise<readonly EpochBump[]>
}

/**
 * Bumps pushed as they happen. It promises nothing while it is not connected, and nothing about how
 * far behind it is: sources are asked besides.
 */
export type EpochFeed = {
  readonly connected: boolean
  /** Calls back whenever `connected` changes. Returns how to stop. */
  onConnection(listener: (connected: boolean) => void): () => void
  onBumps(listener: (bumps: readonly EpochBump[]) => void): () => void
}

export type EpochClaims = Pick<AccessTokenClaims, 'sub' | 'sid' | 'tid' | 'ep'>

export type EpochRegistry = {
  /**
   * Learns everything a living token may need to be checked against. To be awaited before serving.
   * @throws AggregateError naming the sources that could not be asked; call it again, or let polls
   * go on: until every source has answered once, every token counts as revoked
   */
  load(): Promise<void>
  /** Asks each source for what is new. Never throws: failures are logged and made up for later. */
  poll(): Promise<void>
  /**
   * Takes in what is pushed, and polls: at once, every `PUSHED_POLL_MS` while the push keeps up,
   * and every `intervalMs` milliseconds while it does not, until `stop()`.
   */
  start(intervalMs: number): void
  stop(): void
  isRevoked(claims: EpochClaims): boolean
  /**
   * Makes sure that what is known is recent enough to change something by it: asks every source
   * whose last answer is too old, and waits.
   * @throws AppError UPSTREAM_UNAVAILABLE where one of them does not answer
   */
  requireFresh(): Promise<void>
  /** Takes in a bump that came by another way, such as a push. @throws TypeError for a bad epoch */
  note(bump: EpochBump): void
  /** Calls back with every bump that is news here. Returns how to stop. */
  onBump(listener: (bump: EpochBump) => void): () => void
  /** Whether every source has answered at least once. */
  readonly ready: boolean
  /** The instant up to which every source is known; null before the first answer of any of them. */
  readonly lastPolledAt: Date | null
  /** Whether bumps are pushed, as far as can be told; while they are not, sources are asked more often. */
  readonly isPushed: boolean
  readonly size: number
}

export const sessionSubject = (sessionId: string): string => `session:${sessionId}`

export const memberSubject = (workspaceId: string, userId: string): string =>
  `member:${workspaceId}:${userId}`

/**
 * How far each question reaches back before the last answer. A bump is dated when its transaction
 * writes it, by another clock, and seen when that commits: a transaction may last about this long
 * and still not be missed.
 */
const OVERLAP_SECONDS = 60

/** Kept beyond a token's life: clock tolerance, difference of clocks, and late commits as above. */
const MARGIN_SECONDS = OVERLAP_SECONDS + 30

/** How often sources are asked while bumps are pushed. A sequencer that stands still pushes nothing. */
export const PUSHED_POLL_MS = 5_000

/**
 * How old the last answer of a source may be when something is changed: two polls while bumps are
 * pushed, and otherwise the bound within which a revocation is to hold everywhere.
 */
const MAX_AGE_PUSHED_MS = 2 * PUSHED_POLL_MS
const MAX_AGE_MS = 1_000

/** A source that does not answer in this time has failed for this round. */
const SOURCE_TIMEOUT_MS = 5_000

type Entry = { readonly epoch: number; readonly forgetAt: number }
type Watched = {
  readonly source: EpochSource
  answeredAt: Date | null
  asking: Promise<void> | null
}

/**
 * Holds the minimum epochs of everything revoked within one token lifetime. That is all a verifier
 * needs: whatever was revoked earlier has no living token. Epochs and not permissions are compared,
 * so that access given back does not revive an old token.
 * @param options.ttlSeconds the longest life of an access token
 */
export function createEpochRegistry(options: {
  sources: readonly EpochSource[]
  clock: Clock
  log: AuthLog
  feed?: EpochFeed
  ttlSeconds?: number
  sourceTimeoutMs?: number
}): EpochRegistry {
  const { clock, log, sourceTimeoutMs = SOURCE_TIMEOUT_MS } = options
  const keepMs = ((options.ttlSeconds ?? ACCESS_TOKEN_MAX_TTL_SECONDS) + MARGIN_SECONDS) * 1000
  const watched: Watched[] = options.sources.map((source) => ({
    source,
    answeredAt: null,
    asking: null,
  }))
  const minimums = new Map<string, Entry>()
  const listeners = new Set<(bump: EpochBump) => void>()
  const push = createPushWatch(options.feed, clock, log)
  let timer: NodeJS.Timeout | undefined

  /** @returns whether it was news */
  function note(bump: EpochBump): boolean {
    const { subject, epoch } = bump
    if (!Number.isSafeInteger(epoch)) throw new TypeError(`The epoch of ${subject} is no integer.`)
    if (epoch <= (minimums.get(subject)?.epoch ?? -1)) return false
    minimums.delete(subject)
    minimums.set(subject, { epoch, forgetAt: clock.now().getTime() + keepMs })
    for (const listener of listeners) listener(bump)
    return true
  }

  /** Entries stand in the order in which they were noted, so the oldest come first. */
  function forgetOld(): void {
    const now = clock.now().getTime()
    for (const [subject, { forgetAt }] of minimums) {
      if (forgetAt > now) return
      minimums.delete(subject)
    }
  }

  async function ask(entry: Watched): Promise<void> {
    const askedAt = clock.now()
    const since = entry.answeredAt
      ? new Date(entry.answeredAt.getTime() - OVERLAP_SECONDS * 1000)
      : new Date(askedAt.getTime() - keepMs)
    const bumps = await within(sourceTimeoutMs, entry.source.recentBumps(since))
    const news = bumps.filter(note)
    entry.answeredAt = askedAt
    push.polled(news, askedAt)
  }

  /** One question at a time per source, so that a slow one is not asked over and over. */
  function askOnce(entry: Watched): Promise<void> {
    entry.asking ??= ask(entry).finally(() => {
      entry.asking = null
    })
    return entry.asking
  }

  async function askEach(asked = watched): Promise<{ source: string; error: unknown }[]> {
    const answers = await Promise.allSettled(asked.map(askOnce))
    forgetOld()
    return answers.flatMap((answer, index) =>
      answer.status === 'rejected'
        ? [{ source: asked[index]?.source.name ?? '', error: answer.reason }]
        : [],
    )
  }

  function isStale({ answeredAt }: Watched): boolean {
    const maxAge = push.keepsUp ? MAX_AGE_PUSHED_MS : MAX_AGE_MS
    return answeredAt === null || clock.now().getTime() - answeredAt.getTime() > maxAge
  }

  /** Polls now and then at the interval that suits the state of the push. */
  function pollEvery(intervalMs: number): void {
    clearInterval(timer)
    void pollAfresh()
    const everyMs = push.keepsUp ? Math.max(intervalMs, PUSHED_POLL_MS) : intervalMs
    timer = setInterval(() => void registry.poll(), everyMs)
    timer.unref()
  }

  /** Polls with questions that are asked from now on: one under way may have been answered before. */
  async function pollAfresh(): Promise<void> {
    await Promise.allSettled(watched.map(({ asking }) => asking))
    await registry.poll()
  }

  const isReady = () => watched.every(({ answeredAt }) => answeredAt !== null)
  const isBehind = (subject: string, epoch: number | undefined) =>
    (minimums.get(subject)?.epoch ?? 0) > (epoch ?? -1)

  const registry: EpochRegistry = {
    async load() {
      const failures = await askEach()
      if (failures.length === 0) return
      const names = failures.map(({ source }) => source).join(', ')
      throw new AggregateError(
        failures.map(({ error }) => error),
        `No epochs from ${names}.`,
      )
    },
    async poll() {
      for (const { source, error } of await askEach()) {
        log.warn({ source, err: error }, 'epoch source did not answer; what is known stays')
      }
    },
    start(intervalMs) {
      registry.stop()
      // What came between the last answer and a change of the push is asked for at once.
      push.start(
        (bumps) => bumps.forEach(note),
        () => pollEvery(intervalMs),
      )
      pollEvery(intervalMs)
    },
    stop() {
      push.stop()
      clearInterval(timer)
      timer = undefined
    },
    isRevoked({ sub, sid, tid, ep }) {
      if (!isReady()) return true
      if (sid !== undefined && isBehind(sessionSubject(sid), ep.s)) return true
      return sid !== undefined && tid !== undefined && isBehind(memberSubject(tid, sub), ep.m)
    },
    async requireFresh() {
      const [failure] = await askEach(watched.filter(isStale))
      if (!failure) return
      throw upstreamUnavailable(`revocations of ${failure.source}`, failure.error)
    },
    note: (bump) => void note(bump),
    onBump(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    get ready() {
      return isReady()
    },
    get lastPolledAt() {
      if (!isReady()) return null
      const answers = watched.map(({ answeredAt }) => answeredAt?.getTime() ?? 0)
      return answers.length === 0 ? null : new Date(Math.min(...answers))
    },
    get isPushed() {
      return push.keepsUp
    },
    get size() {
      return minimums.size
    },
  }
  return registry
}

async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
