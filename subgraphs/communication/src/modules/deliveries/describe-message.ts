import type { IdOf } from '@logicspike/ids'
import { describeReaders, describeUsers, type OutputOf } from '@logicspike/internal-api'
import type { CommunicationContext } from '../../context.ts'
import type { Notification } from '../notifications/notification.entity.ts'
import type { Facts, MessageRecipient, MessageWorkspace } from './channel.ts'

type User = OutputOf<typeof describeUsers>[number]

/** All that a message needs and is not kept here: who reads it, where, and what people are called. */
export type Reading = {
  readonly recipient: MessageRecipient
  readonly workspace: MessageWorkspace | null
  /** Null where the workspace as a whole is told, or identity does not know the person. */
  readonly user: User | null
  /** Display names by user id. */
  readonly names: ReadonlyMap<string, string>
}

/** Where nobody has said anything. */
const PLATFORM = { locale: 'en', timezone: 'UTC' } as const

/** Identity is asked about so many people at a time. */
const AT_A_TIME = 100

/**
 * Asks tenancy and identity about the reader of some notifications, all in one place and for the
 * same person. Outside any transaction.
 * @throws AppError where one of them does not answer
 */
export async function describeReading(
  ctx: CommunicationContext,
  userId: IdOf<'user'> | null,
  notifications: readonly Pick<Notification, 'workspaceId' | 'people'>[],
): Promise<Reading> {
  const workspaceId = notifications[0]?.workspaceId ?? null
  const [place, users] = await Promise.all([
    workspaceId && describePlace(ctx, workspaceId, userId),
    describePeople(ctx, [...(userId ? [userId] : []), ...peopleOf(notifications)]),
  ])
  const user = users.find(({ id }) => id === userId)
  const { locale, timezone } = placeOf(user, place?.reader)
  return {
    user: user ?? null,
    names: new Map(users.map(({ id, displayName }) => [id, displayName])),
    workspace: place ? place.workspace : null,
    recipient: {
      ...{ userId, locale, timezone },
      email: user?.emailVerified ? user.email : null,
      name: user?.displayName ?? null,
    },
  }
}

/**
 * How to write to somebody: as they, or else the workspace, have chosen there; where neither has, in
 * the language they signed up in.
 * @param reader absent where it happened in no workspace
 */
export const placeOf = (
  user: Pick<User, 'locale'> | undefined,
  reader?: { readonly locale: string | null; readonly timezone: string },
): { readonly locale: string; readonly timezone: string } => ({
  locale: reader?.locale ?? user?.locale ?? PLATFORM.locale,
  timezone: reader?.timezone ?? PLATFORM.timezone,
})

const peopleOf = (notifications: readonly Pick<Notification, 'people'>[]): string[] =>
  notifications.flatMap(({ people }) => Object.values(people))

async function describePlace(
  ctx: CommunicationContext,
  id: IdOf<'workspace'>,
  userId: IdOf<'user'> | null,
) {
  const question = { workspaceId: id, among: { userIds: userId ? [userId] : [] } }
  const answer = await ctx.internal.call(describeReaders, question, { requestId: ctx.requestId })
  if (!answer) return null
  const { name, branding, timezone } = answer.workspace
  const workspace: MessageWorkspace = { id, name, branding, timezone }
  return { workspace, reader: answer.readers[0] ?? answer.workspace }
}

/** What identity knows of some people. Who is unknown is left out. */
export async function describePeople(
  ctx: CommunicationContext,
  userIds: readonly string[],
): Promise<User[]> {
  const ids = [...new Set(userIds)]
  const parts = Array.from({ length: Math.ceil(ids.length / AT_A_TIME) }, (_, at) =>
    ids.slice(at * AT_A_TIME, (at + 1) * AT_A_TIME),
  )
  const answers = await Promise.all(
    parts.map((some) =>
      ctx.internal.call(describeUsers, { userIds: some }, { requestId: ctx.requestId }),
    ),
  )
  return answers.flat()
}

/** What is kept of a notification, with the names that people have today; null where unknown. */
export const namedFacts = (
  { facts, people }: Pick<Notification, 'facts' | 'people'>,
  names: ReadonlyMap<string, string>,
): Facts => ({
  ...facts,
  ...Object.fromEntries(
    Object.entries(people).map(([fact, userId]) => [fact, names.get(userId) ?? null]),
  ),
})
