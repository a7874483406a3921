import { inTransaction } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { parsePage, readPage, requireUser } from '@logicspike/subgraph-kit'
import { errorsOf } from '@logicspike/subgraph-server'
import type {
  InboxResolvers,
  MutationResolvers,
  NotificationResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from '../../__generated__/resolvers.ts'
import type { CommunicationContext } from '../../context.ts'
import { notificationKind } from '../notifications/notification-types.ts'
import { countUnread, listNotifications } from './inbox.repository.ts'
import { markAllNotificationsRead } from './mark-all-notifications-read.ts'
import { markNotificationsRead } from './mark-notifications-read.ts'
import { notificationReceived } from './notification-received.ts'
import { showNotifications } from './shown-notification.ts'

/** Whose inbox it is; what is in it is read when it is asked for. */
export type InboxOf = { readonly userId: IdOf<'user'> }

const inboxOf = (ctx: CommunicationContext): InboxOf => ({ userId: requireUser(ctx).userId })

const Query: Pick<QueryResolvers, 'inbox'> = { inbox: (_, __, ctx) => inboxOf(ctx) }

const Inbox: InboxResolvers = {
  unreadCount: ({ userId }, _, ctx) => countUnread(ctx, userId),
  notifications: async ({ userId }, { unreadOnly, ...asked }, ctx) => {
    const scope = ['notification', `${userId}:${ctx.workspaceId ?? ''}`] as const
    const page = await readPage(scope, parsePage(scope, asked), (request) =>
      listNotifications(ctx, userId, { ...request, unreadOnly: unreadOnly ?? false }),
    )
    const shown = showNotifications(
      ctx,
      userId,
      page.edges.map(({ node }) => node),
    )
    const edges = page.edges.flatMap(({ cursor }, at) => {
      const node = shown[at]
      return node ? [{ cursor, node }] : []
    })
    return { ...page, edges }
  },
}

const Mutation: Pick<MutationResolvers, 'markNotificationsRead' | 'markAllNotificationsRead'> = {
  markNotificationsRead: async (_, { input }, ctx) => {
    const result = await inTransaction(ctx, (tx) => markNotificationsRead(tx, input))
    return { inbox: result.ok ? inboxOf(ctx) : null, userErrors: errorsOf(result) }
  },
  markAllNotificationsRead: async (_, __, ctx) => {
    const result = await inTransaction(ctx, markAllNotificationsRead)
    return { inbox: inboxOf(ctx), userErrors: errorsOf(result) }
  },
}

const Subscription: Pick<SubscriptionResolvers, 'notificationReceived'> = {
  notificationReceived: { subscribe: (_, __, ctx) => notificationReceived(ctx) },
}

const Notification: NotificationResolvers = {
  id: ({ row }) => row.id,
  type: ({ row }) => row.type,
  // A type that was withdrawn since is about the workspace, as far as anybody can still tell.
  category: ({ row }) => notificationKind(row.type)?.category ?? 'WORKSPACE',
  title: async ({ notice }) => (await notice()).title,
  text: async ({ notice }) => (await notice()).text,
  url: async ({ notice }) => (await notice()).url,
  workspace: ({ row }) => (row.workspaceId === null ? null : { id: row.workspaceId }),
  occurredAt: ({ row }) => row.occurredAt,
  readAt: ({ row }) => row.readAt,
}

export const inboxResolvers = { Query, Inbox, Mutation, Subscription, Notification }
