import type { IdOf } from '@logicspike/ids'
import { describeReaders } from '@logicspike/internal-api'
import type { CommunicationContext } from '../../context.ts'
import type { Notice } from '../deliveries/channel.ts'
import { describePeople, namedFacts, placeOf } from '../deliveries/describe-message.ts'
import { renderNotice } from '../letters/render-notice.ts'
import type { Notification } from '../notifications/notification.entity.ts'

/** A notification as its reader sees it; the words are made when somebody asks for them. */
export type ShownNotification = {
  readonly row: Notification
  readonly notice: () => Promise<Notice>
}

type Place = {
  readonly locale: string | null
  readonly timezone: string
  readonly name: string | null
}

const PLATFORM: Place = { locale: null, timezone: 'UTC', name: null }

/**
 * Notifications of one reader, to be shown together: identity and tenancy are asked once for all of
 * them, and only where words are wanted. Without their answer the words do without names.
 */
export function showNotifications(
  ctx: CommunicationContext,
  userId: IdOf<'user'>,
  rows: readonly Notification[],
): ShownNotification[] {
  let asked: ReturnType<typeof askAround> | undefined
  return rows.map((row) => ({
    row,
    async notice() {
      asked ??= askAround(ctx, userId, rows)
      const { names, placeOf } = await asked
      const { locale, timezone, name: workspaceName } = placeOf(row.workspaceId)
      const { consoleUrl } = ctx.config
      const item = { type: row.type, facts: namedFacts(row, names), occurredAt: row.occurredAt }
      return renderNotice(item, {
        ...{ locale, timezone, workspaceName, consoleUrl },
        name: names.get(userId) ?? null,
      })
    },
  }))
}

async function askAround(
  ctx: CommunicationContext,
  userId: IdOf<'user'>,
  rows: readonly Notification[],
) {
  const people = new Set([userId, ...rows.flatMap(({ people }) => Object.values(people))])
  const workspaceIds = new Set([ctx.workspaceId, ...rows.map(({ workspaceId }) => workspaceId)])
  workspaceIds.delete(null)
  const [users, places] = await Promise.all([
    describePeople(ctx, [...people]).catch(withoutAnswer(ctx, [])),
    Promise.all(
      [...workspaceIds].map(async (id) => {
        const place = await askPlace(ctx, id ?? '', userId).catch(withoutAnswer(ctx, PLATFORM))
        return [id, place] as const
      }),
    ),
  ])
  const byWorkspace = new Map(places)
  // A person's own inbox speaks as they chose in the workspace they are looking from, if from one.
  const here = { ...(byWorkspace.get(ctx.workspaceId) ?? PLATFORM), name: null }
  const user = users.find(({ id }) => id === userId)
  return {
    names: new Map(users.map(({ id, displayName }) => [id, displayName])),
    placeOf(id: string | null) {
      const place = byWorkspace.get(id as IdOf<'workspace'> | null) ?? here
      return { name: place.name, ...placeOf(user, place) }
    },
  }
}

async function askPlace(
  ctx: CommunicationContext,
  workspaceId: string,
  userId: IdOf<'user'>,
): Promise<Place> {
  const question = { workspaceId, among: { userIds: [userId] } }
  const answer = await ctx.internal.call(describeReaders, question, { requestId: ctx.requestId })
  if (!answer) return PLATFORM
  const { locale, timezone } = answer.readers[0] ?? answer.workspace
  return { locale, timezone, name: answer.workspace.name }
}

/** An inbox that lacks names is better than none. */
const withoutAnswer =
  <Value>({ log }: CommunicationContext, instead: Value) =>
  (error: unknown): Value => {
    log.warn({ err: error }, 'an inbox is shown without all names')
    return instead
  }
