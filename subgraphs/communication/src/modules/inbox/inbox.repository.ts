import type { IdOf } from '@logicspike/ids'
import type { PageRequest } from '@logicspike/subgraph-kit'
import type { CommunicationContext } from '../../context.ts'
import { Notification } from '../notifications/notification.entity.ts'

type Reading = Pick<CommunicationContext, 'em' | 'workspaceId'>
type Reader = IdOf<'user'>

/** A larger count than this is of use to nobody. */
export const UNREAD_COUNT_MAX = 1_000

/** What is in a person's inbox: of the workspace they are in, if they are in one, and their own. */
const ofReader = ({ workspaceId }: Reading, userId: Reader) => ({
  userId,
  inInbox: true,
  $or: [{ tenantId: null }, ...(workspaceId === null ? [] : [{ tenantId: workspaceId }])],
})

/** Newest first, as ids grow with time. */
export const listNotifications = (
  ctx: Reading,
  userId: Reader,
  { limit, afterId, unreadOnly }: PageRequest & { readonly unreadOnly: boolean },
): Promise<Notification[]> =>
  ctx.em.find(
    Notification,
    {
      ...ofReader(ctx, userId),
      ...(afterId !== null && { id: { $lt: afterId as Notification['id'] } }),
      ...(unreadOnly && { readAt: null }),
    },
    { orderBy: { id: 'desc' }, limit },
  )

export const findInInbox = (
  ctx: Reading,
  userId: Reader,
  id: Notification['id'],
): Promise<Notification | null> => ctx.em.findOne(Notification, { ...ofReader(ctx, userId), id })

/** Up to `UNREAD_COUNT_MAX`, so that a neglected inbox costs no more than others. */
export async function countUnread(ctx: Reading, userId: Reader): Promise<number> {
  const unread = await ctx.em.find(
    Notification,
    { ...ofReader(ctx, userId), readAt: null },
    { fields: ['id'], limit: UNREAD_COUNT_MAX, disableIdentityMap: true },
  )
  return unread.length
}

/** Marks what is unread; of two at once the first one's time stays. */
export const markRead = (
  tx: Reading & Pick<CommunicationContext, 'clock'>,
  userId: Reader,
  only?: { readonly ids: readonly Notification['id'][] },
): Promise<number> =>
  tx.em.nativeUpdate(
    Notification,
    {
      ...ofReader(tx, userId),
      readAt: null,
      ...(only && { id: { $in: [...only.ids] } }),
    },
    { readAt: tx.clock.now() },
  )
