import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import { type IdOf, parseId } from '@logicspike/ids'
import { describeReaders } from '@logicspike/internal-api'
import type { CommunicationContext } from '../../context.ts'
import { inPlace } from '../../place.ts'
import type { ChannelSender } from '../deliveries/channel.ts'
import { type Claimed, dequeue, holdClaim } from '../deliveries/dispatch-queue.ts'
import { Announcement } from './announcement.entity.ts'
import { notificationKind } from './notification-types.ts'
import { writeNotifications } from './write-notifications.ts'

/**
 * Finds out who is to be told of an announcement, and tells them.
 * @throws AppError where tenancy does not answer; it is tried again
 */
export async function addressAnnouncement(
  ctx: CommunicationContext,
  senders: readonly ChannelSender[],
  claimed: Claimed,
): Promise<void> {
  const at = inPlace(ctx, claimed.place)
  const announcement = await findAnnouncement(at, claimed)
  const userIds = announcement ? await askHolders(at, announcement) : []
  await inTransaction(at, async (tx) => {
    if (!(await holdClaim(tx, claimed))) return ok(undefined)
    await tx.em.nativeDelete(Announcement, { id: claimed.id as Announcement['id'] })
    const kind = announcement && notificationKind(announcement.type)
    if (announcement && kind) {
      const { tenantId: workspaceId, eventId, occurredAt, facts, people } = announcement
      const news = { kind, eventId, occurredAt, workspaceId, facts, people }
      await writeNotifications(tx, senders, news, userIds)
    }
    await dequeue(tx, [claimed.id])
    return ok(undefined)
  })
}

const findAnnouncement = (ctx: CommunicationContext, { id }: Claimed) =>
  ctx.em.findOne(Announcement, { id: id as IdOf<'announcement'> })

async function askHolders(
  ctx: CommunicationContext,
  { tenantId: workspaceId, holders, except }: Announcement,
): Promise<IdOf<'user'>[]> {
  const answer = await ctx.internal.call(
    describeReaders,
    { workspaceId, among: { holds: holders } },
    { requestId: ctx.requestId },
  )
  return (answer?.readers ?? [])
    .map(({ userId }) => parseId('user', userId))
    .filter((userId) => userId !== null)
    .filter((userId) => !except.includes(userId))
}
