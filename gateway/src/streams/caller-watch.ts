import {
  type Clock,
  type EpochBump,
  type EpochRegistry,
  memberSubject,
  type Principal,
  sessionSubject,
  type TokenVerifier,
} from '@logicspike/auth'
import type { Caller } from '../plugins/use-access-token.ts'

export type CallerWatch = {
  /** Calls back once, when the caller may listen no longer. Returns how to stop. */
  watch(caller: Caller, onEnd: (ending: 'expired' | 'revoked') => void): () => void
  stop(): void
}

type Options = {
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly epochs: Partial<Pick<EpochRegistry, 'onBump'>>
  readonly clock: Clock
  readonly sweepMs: number
}

type Watched = {
  readonly principal: Principal
  readonly accessToken: string
  readonly onEnd: (ending: 'expired' | 'revoked') => void
}

/** Sweeps between two looks at every token, for what no push told of. */
const SWEEPS_PER_VERIFICATION = 30

/**
 * Watches over those who listen, who were verified when they came: their tokens end, and may be
 * revoked before. Revocations are acted upon as they are pushed; ends of tokens are looked for once
 * in a while, by one timer for all. The verifier has the last word, so that streams end by the rules
 * by which requests are refused.
 */
export function createCallerWatch({ verifier, epochs, clock, sweepMs }: Options): CallerWatch {
  const watched = new Set<Watched>()
  let sweeps = 0

  function end(entry: Watched, ending: 'expired' | 'revoked'): void {
    if (watched.delete(entry)) entry.onEnd(ending)
  }

  async function judge(entry: Watched): Promise<void> {
    await verifier.verify(entry.accessToken).catch(() => end(entry, 'revoked'))
  }

  const stopListening = epochs.onBump?.((bump) => {
    for (const entry of watched) if (isAbout(bump, entry.principal)) void judge(entry)
  })

  const timer = setInterval(() => {
    const now = clock.now().getTime()
    sweeps += 1
    for (const entry of watched) {
      if (entry.principal.expiresAt * 1000 <= now) end(entry, 'expired')
      else if (sweeps % SWEEPS_PER_VERIFICATION === 0) void judge(entry)
    }
  }, sweepMs)
  timer.unref()

  return {
    watch({ principal, accessToken }, onEnd) {
      if (!principal || accessToken === null) return () => undefined
      const entry: Watched = { principal, accessToken, onEnd }
      watched.add(entry)
      // It may have been revoked between its verification and now.
      void judge(entry)
      return () => watched.delete(entry)
    },
    stop() {
      clearInterval(timer)
      stopListening?.()
      watched.clear()
    },
  }
}

function isAbout({ subject }: EpochBump, { userId, sessionId, workspaceId }: Principal): boolean {
  if (sessionId !== null && subject === sessionSubject(sessionId)) return true
  return userId !== null && workspaceId !== null && subject === memberSubject(workspaceId, userId)
}
