import { publishEvents } from '@logicspike/events'
import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import { type Place, switchPlace } from '../../place.ts'
import type { Channel, ChannelSender, Facts } from '../deliveries/channel.ts'
import { enqueue } from '../deliveries/dispatch-queue.ts'
import { NotificationDelivery } from '../deliveries/notification-delivery.entity.ts'
import { planDeliveries, surveyChannels } from '../deliveries/plan-deliveries.ts'
import { type Decision, decideDelivery } from '../preferences/decide-delivery.ts'
import { readHeld } from '../preferences/preference.repository.ts'
import { noteWritten } from '../retention/swept-place.repository.ts'
import { insertNotification } from './notification.repository.ts'
import type { NotificationKind } from './notification-types.ts'

/** What there is to tell, and of which event. */
export type News = {
  readonly kind: NotificationKind
  readonly eventId: string
  readonly occurredAt: Date
  /** Where it happened; null where in no workspace. */
  readonly workspaceId: IdOf<'workspace'> | null
  readonly facts: Facts
  readonly people: Readonly<Record<string, string>>
}

/**
 * Writes what each of these people is told, once however often it is called, and queues what has to
 * be sent. The inbox is settled here and now; the other channels ask the gate when they send.
 * `tx` is where the event is: in its workspace, or with the one person it is about.
 */
export async function writeNotifications(
  tx: CommunicationContext,
  senders: readonly ChannelSender[],
  news: News,
  recipients: readonly IdOf<'user'>[],
): Promise<void> {
  const reaches = new Map(await surveyChannels(tx, senders)).set('IN_APP', 'PEOPLE')
  const planned = planDeliveries(recipients, news.kind.channels, reaches)
  const byUser = Map.groupBy(planned, ({ userId }) => userId)
  const inWorkspace: Place = { workspaceId: news.workspaceId, userId: null }
  const written: Place[] = []
  for (const [userId, deliveries] of byUser) {
    const channels = deliveries.map(({ channel }) => channel)
    // What has been chosen is looked up where it happened, whichever inbox it is in.
    const shown = channels.includes('IN_APP') ? await decideInbox(tx, news, userId) : null
    const inbox = news.kind.inbox === 'WORKSPACE' || userId === null ? news.workspaceId : null
    // Rows of a workspace are written with its rights; a person's own with theirs.
    const at = await switchPlace(tx, inbox === null ? { workspaceId: null, userId } : inWorkspace)
    const place = { workspaceId: inbox, userId }
    if (await writeOne(at, { news, place, channels, shown })) written.push(place)
    if (inbox !== news.workspaceId) await switchPlace(tx, inWorkspace)
  }
  await noteWritten(tx, written, tx.clock.now())
}

type Writing = {
  readonly news: News
  readonly place: Place
  readonly channels: readonly Channel[]
  /** What the gate says of the inbox; null where it is not meant for it. */
  readonly shown: Decision | null
}

/** @returns false where they have been told before */
async function writeOne(
  tx: CommunicationContext,
  { news, place, channels, shown }: Writing,
): Promise<boolean> {
  const inInbox = shown?.do === 'send'
  const notificationId = await insertNotification(tx, news, place, inInbox)
  if (!notificationId) return false
  const now = tx.clock.now()
  const rows = channels.map((channel) => ({
    id: tx.ids('notificationDelivery'),
    ...{ tenantId: place.workspaceId, userId: place.userId, notificationId, channel },
    ...{ attempts: 0, isDigest: false, bundleId: null, createdAt: now },
    ...(channel === 'IN_APP' ? settledInbox(shown, now) : { ...waiting, dueAt: now }),
  }))
  await tx.em.insertMany(NotificationDelivery, rows)
  const open = rows.filter(({ status }) => status === 'queued')
  await enqueue(
    tx,
    open.map(({ id }) => ({ id, place, dueAt: now })),
  )
  if (inInbox && place.userId) await publishCreated(tx, news, place, notificationId)
  return true
}

const waiting = { status: 'queued', reason: null, sentAt: null } as const

/** The inbox knows neither quiet hours nor digests, so the time zone does not matter. */
async function decideInbox(
  tx: CommunicationContext,
  { kind: { category, isSecurity } }: News,
  userId: IdOf<'user'> | null,
): Promise<Decision> {
  const subject = { category, channel: 'IN_APP' } as const
  const held = await readHeld(tx, userId, subject, 'UTC')
  return decideDelivery(held, { ...subject, isSecurity }, tx.clock.now())
}

const settledInbox = (decision: Decision | null, now: Date) =>
  decision?.do === 'suppress'
    ? ({ status: 'suppressed', reason: decision.reason, dueAt: null, sentAt: null } as const)
    : ({ status: 'sent', reason: null, dueAt: null, sentAt: now } as const)

const publishCreated = (
  tx: CommunicationContext,
  { eventId }: News,
  { workspaceId, userId }: Place,
  notificationId: IdOf<'notification'>,
): Promise<void> =>
  publishEvents({ ...tx, causationId: eventId }, [
    {
      type: 'notification.created',
      workspaceId,
      subject: notificationId,
      data: { notificationId, userId: userId ?? '' },
    },
  ])
