import type { LoggedEvent } from '@logicspike/events'
import { type IdOf, parseId } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import type { Place } from '../../place.ts'
import type { ChannelSender } from '../deliveries/channel.ts'
import { enqueue } from '../deliveries/dispatch-queue.ts'
import { Announcement } from './announcement.entity.ts'
import { type Audience, kindsOfEvent } from './notification-types.ts'
import { type News, writeNotifications } from './write-notifications.ts'

/** What happened longer ago is no news any more, whatever kept us from hearing of it. */
const NEWS_FOR_MS = 7 * 86_400_000

/** Where the work on an event is done: in its workspace, or with the person it is about. */
export function placeOfEvent({ tenantId, data }: Pick<LoggedEvent, 'tenantId' | 'data'>): Place {
  const workspaceId = tenantId === null ? null : parseId('workspace', tenantId)
  const about = (data as { readonly userId?: unknown } | null)?.userId
  return { workspaceId, userId: workspaceId ? null : parseId('user', about) }
}

/**
 * Writes down what an event is to be told of, in the consumer's transaction, which is in
 * `placeOfEvent`. Doing it twice is doing it once. It asks nobody: who holds a permission is found
 * out afterwards, and names and addresses when something is sent.
 */
export async function notify(
  tx: CommunicationContext,
  senders: readonly ChannelSender[],
  event: LoggedEvent,
): Promise<void> {
  const age = tx.clock.now().getTime() - event.occurredAt.getTime()
  if (event.class !== 'domain' || event.data === null || age > NEWS_FOR_MS) return
  const place = placeOfEvent(event)
  for (const kind of kindsOfEvent(event.type)) {
    const telling = kind.tell(event.data)
    if (!telling) continue
    const { id: eventId, occurredAt } = event
    const { facts, people, audience } = telling
    const news = { kind, eventId, occurredAt, workspaceId: place.workspaceId, facts, people }
    if ('userIds' in audience)
      await writeNotifications(tx, senders, news, usersIn(audience.userIds))
    else await announce(tx, news, audience, event)
  }
}

const usersIn = (ids: readonly string[]): IdOf<'user'>[] =>
  ids.map((id) => parseId('user', id)).filter((id) => id !== null)

/** Keeps it until tenancy has said who is to be told. Whoever did it knows already. */
async function announce(
  tx: CommunicationContext,
  { kind, workspaceId, ...news }: News,
  { holders, except }: Extract<Audience, { readonly holders: unknown }>,
  { actor }: LoggedEvent,
): Promise<void> {
  if (workspaceId === null) throw new Error(`${kind.type} happened in no workspace.`)
  const known = await tx.em.count(Announcement, {
    ...{ tenantId: workspaceId, eventId: news.eventId, type: kind.type },
  })
  if (known > 0) return
  const id = tx.ids('announcement')
  await tx.em.insert(Announcement, {
    ...news,
    ...{ id, tenantId: workspaceId, type: kind.type, holders },
    except: [...except, ...(actor ? [actor.id] : [])],
  })
  await enqueue(tx, [{ id, place: { workspaceId, userId: null }, dueAt: tx.clock.now() }])
}
