import type { LoggedEvent } from '@logicspike/events'
import { type IdOf, parseId } from '@logicspike/ids'
import type { EntityClass } from '@mikro-orm/core'
import type { CommunicationContext } from '../../context.ts'
import { MailTally } from '../deliveries/mail-tally.entity.ts'
import { NotificationDelivery } from '../deliveries/notification-delivery.entity.ts'
import { QueuedDispatch } from '../deliveries/queued-dispatch.entity.ts'
import { DeliveryHabit } from '../preferences/delivery-habit.entity.ts'
import { NotificationPreference } from '../preferences/notification-preference.entity.ts'
import { WorkspaceDefault } from '../preferences/workspace-default.entity.ts'
import { forgetPlace } from '../retention/swept-place.repository.ts'
import { SlackConnection } from '../slack/slack-connection.entity.ts'
import { Announcement } from './announcement.entity.ts'
import { Notification } from './notification.entity.ts'

type Keeping = (tx: CommunicationContext, userId: IdOf<'user'> | null) => Promise<void>

type OfWorkspace = { readonly tenantId: IdOf<'workspace'> | null }
type OfPerson = OfWorkspace & { readonly userId: IdOf<'user'> | null }

const ofPerson: readonly EntityClass<OfPerson>[] = [
  ...[Notification, NotificationDelivery],
  ...[NotificationPreference, DeliveryHabit],
]
const ofWorkspace: readonly EntityClass<OfWorkspace>[] = [
  ...[Notification, NotificationDelivery, NotificationPreference, DeliveryHabit],
  ...[Announcement, WorkspaceDefault, SlackConnection],
]

/** What follows from events besides telling of them. Each runs where `placeOfEvent` says. */
const keepers: Readonly<Record<string, Keeping>> = {
  /** Mails that waited for the address need wait no longer. */
  'user.email_verified': async (tx, userId) => {
    await tx.em.nativeUpdate(QueuedDispatch, { userId, claim: null }, { dueAt: tx.clock.now() })
  },
  'user.deleted': async (tx, userId) => {
    if (userId === null) return
    for (const entity of ofPerson) await tx.em.nativeDelete(entity, { tenantId: null, userId })
    await tx.em.nativeDelete(MailTally, { userId })
    await forgetPlace(tx, userId)
    await tx.em.nativeDelete(QueuedDispatch, { workspaceId: null, userId })
  },
  /** What was said to somebody in a workspace does not wait for them to come back. */
  'member.removed': async (tx, userId) => {
    const { workspaceId: tenantId } = tx
    if (userId === null || tenantId === null) return
    for (const entity of ofPerson) await tx.em.nativeDelete(entity, { tenantId, userId })
    await tx.em.nativeDelete(QueuedDispatch, { workspaceId: tenantId, userId })
  },
  'workspace.purged': async (tx) => {
    const { workspaceId: tenantId } = tx
    if (tenantId === null) return
    for (const entity of ofWorkspace) await tx.em.nativeDelete(entity, { tenantId })
    await tx.em.nativeDelete(QueuedDispatch, { workspaceId: tenantId })
    await forgetPlace(tx, tenantId)
  },
}

/** The types of events that something follows from. */
export const keptEvents: readonly string[] = Object.keys(keepers)

/** Does what follows from an event; doing it twice is doing it once. */
export async function keepHouse(tx: CommunicationContext, event: LoggedEvent): Promise<void> {
  if (event.class !== 'domain') return
  const { userId } = (event.data ?? {}) as { readonly userId?: unknown }
  await keepers[event.type]?.(tx, parseId('user', userId))
}
