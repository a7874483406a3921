import {
  type Clock,
  type EpochBump,
  memberSubject,
  type Principal,
  sessionSubject,
  type TokenVerifier,
} from '@logicspike/auth'
import { AppError, unauthenticated } from '@logicspike/errors'

/** One stream while it is open. */
export type StreamLease = {
  /** Fires when the stream is to end; `reason` is an AppError where the listener is to be told. */
  readonly signal: AbortSignal
  /** Nobody listens any more. */
  leave(): void
  /** The stream is over. */
  release(): void
}

export type OpenStreams = {
  /** @param listening fires when nobody listens any more */
  open(who: Listener, listening: AbortSignal): StreamLease
  /** Tells every listener to go on elsewhere. Streams opened after it end at once. */
  close(): void
  readonly size: number
}

type Listener = { readonly actor: Principal | null; readonly accessToken: string | null }
type Entry = Listener & { readonly control: AbortController }

type Options = {
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly epochs?: { onBump(listener: (bump: EpochBump) => void): () => void } | undefined
  readonly clock: Clock
}

/** The longest that a Node timer waits; a token never lives that long. */
const MAX_TIMER_MS = 2 ** 31 - 1

const resumeElsewhere = (): AppError =>
  new AppError('RESUME_REQUIRED', 'This stream ends here. Go on after the last cursor received.')

/**
 * Every stream of a server, each ended when its token is: at the token's end, the moment it is
 * revoked, or when the server closes.
 */
export function createOpenStreams({ verifier, epochs, clock }: Options): OpenStreams {
  const entries = new Set<Entry>()
  let closed = false

  /** The verifier decides, so that streams end by the same rules by which requests are refused. */
  async function judge({ accessToken, control }: Entry): Promise<void> {
    await verifier.verify(accessToken ?? '').catch((reason: unknown) => control.abort(reason))
  }

  const stopListening = epochs?.onBump(({ subject }) => {
    for (const entry of entries) if (isOf(subject, entry.actor)) void judge(entry)
  })

  return {
    open(who, listening) {
      const control = new AbortController()
      const entry = { ...who, control }
      entries.add(entry)
      const timer = who.actor && endAt(who.actor.expiresAt, control, clock)
      const leave = () => control.abort(new Error('nobody listens any more'))
      listening.addEventListener('abort', leave, { once: true })
      const release = () => {
        entries.delete(entry)
        if (timer) clearTimeout(timer)
        listening.removeEventListener('abort', leave)
      }
      control.signal.addEventListener('abort', release, { once: true })
      if (listening.aborted) leave()
      else if (closed) control.abort(resumeElsewhere())
      return { signal: control.signal, leave, release }
    },
    close() {
      closed = true
      stopListening?.()
      for (const { control } of entries) control.abort(resumeElsewhere())
    },
    get size() {
      return entries.size
    },
  }
}

function endAt(epochSeconds: number, control: AbortController, clock: Clock): NodeJS.Timeout {
  const waitMs = Math.max(0, epochSeconds * 1000 - clock.now().getTime())
  const end = () => control.abort(unauthenticated('the token of the stream has expired'))
  const timer = setTimeout(end, Math.min(waitMs, MAX_TIMER_MS))
  timer.unref()
  return timer
}

function isOf(subject: string, actor: Principal | null): boolean {
  if (!actor?.sessionId || !actor.userId) return false
  if (subject === sessionSubject(actor.sessionId)) return true
  return actor.workspaceId !== null && subject === memberSubject(actor.workspaceId, actor.userId)
}
