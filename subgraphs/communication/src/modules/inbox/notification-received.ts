import { AppError, internal, upstreamUnavailable } from '@logicspike/errors'
import type { EventData, LoggedEvent } from '@logicspike/events'
import { type IdOf, parseId } from '@logicspike/ids'
import { requireUser } from '@logicspike/subgraph-kit'
import type { CommunicationContext } from '../../context.ts'
import { inPlace } from '../../place.ts'
import { countUnread, findInInbox } from './inbox.repository.ts'
import { type ShownNotification, showNotifications } from './shown-notification.ts'

/** What a listener may be behind before it has to look at the inbox instead. */
const MOST_WAITING = 200

/** A message of the stream; the first one has no notification. */
export type Received = {
  readonly notification: ShownNotification | null
  readonly unreadCount: number
}

type Message = { readonly notificationReceived: Received }

/**
 * How the caller's inbox stands, then what comes into it. Whoever cannot keep up is told to begin
 * again, rather than being left with gaps.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (a service has no inbox), UPSTREAM_UNAVAILABLE
 */
export function notificationReceived(
  ctx: CommunicationContext,
): AsyncGenerator<Message, undefined> {
  const { userId } = requireUser(ctx)
  const { stream, tail, workspaceId } = ctx
  if (!stream) throw internal('a stream without a listener')
  if (!tail) throw upstreamUnavailable('there is no way to the event log')
  const { signal } = stream
  const waiting: string[] = []
  let isBehind = false
  let wake = () => {}
  // From here on, before the first event is asked for: what comes meanwhile waits.
  const unsubscribe = tail.onEvents((events) => {
    for (const event of events) {
      const notificationId = receivedBy(event, userId, workspaceId)
      if (notificationId === null) continue
      if (waiting.length < MOST_WAITING) waiting.push(notificationId)
      else isBehind = true
    }
    wake()
  })
  const onAbort = () => {
    unsubscribe()
    wake()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return follow()

  async function next(): Promise<string> {
    for (;;) {
      if (signal.aborted) throw signal.reason
      const notificationId = waiting.shift()
      if (notificationId !== undefined) return notificationId
      if (isBehind) throw tooSlow()
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  async function* follow(): AsyncGenerator<Message, undefined> {
    try {
      yield { notificationReceived: await readNow(ctx, userId, null) }
      for (;;) {
        const received = await readNow(ctx, userId, await next())
        // What is gone already, or is not for this inbox after all, is nothing to tell of.
        if (received.notification) yield { notificationReceived: received }
      }
    } finally {
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
    }
  }
}

/** How the inbox stands at this moment, and what is new in it. */
async function readNow(
  ctx: CommunicationContext,
  userId: IdOf<'user'>,
  notificationId: string | null,
): Promise<Received> {
  // A reader of its own for each: a stream lives long, and an entity manager forgets nothing.
  const at = inPlace(ctx, { workspaceId: ctx.workspaceId, userId })
  const id = parseId('notification', notificationId)
  const row = id && (await findInInbox(at, userId, id))
  const [notification = null] = showNotifications(at, userId, row ? [row] : [])
  return { notification, unreadCount: await countUnread(at, userId) }
}

const tooSlow = (): AppError =>
  new AppError('RESUME_REQUIRED', 'Too much came at once. Subscribe again, and look at the inbox.')

function receivedBy(
  { type, class: kind, tenantId, data }: LoggedEvent,
  userId: IdOf<'user'>,
  workspaceId: IdOf<'workspace'> | null,
): string | null {
  if (type !== 'notification.created' || kind !== 'internal' || data === null) return null
  if (tenantId !== null && tenantId !== workspaceId) return null
  const created = data as EventData<'notification.created'>
  return created.userId === userId ? created.notificationId : null
}
