import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import type { Category, Channel } from '../deliveries/channel.ts'
import type { Digest, HeldPreferences, WorkspaceWord } from './decide-delivery.ts'
import { DeliveryHabit } from './delivery-habit.entity.ts'
import { NotificationPreference } from './notification-preference.entity.ts'
import type { QuietHours } from './quiet-hours.ts'
import { WorkspaceDefault } from './workspace-default.entity.ts'

type Reading = Pick<CommunicationContext, 'em' | 'workspaceId'>
type Writing = Reading & Pick<CommunicationContext, 'clock'>
type UserId = IdOf<'user'>

/** What is decided about: one category on one channel. */
export type Subject = { readonly category: Category; readonly channel: Channel }

/** When a person may be disturbed, and how often mails are gathered. */
export type Habit = { readonly digest: Digest; readonly quietHours: QuietHours | null }

const NO_HABIT: Habit = { digest: 'OFF', quietHours: null }

/** The rows of the place that the context is in: of the workspace, or of nobody's but the person. */
const here = ({ workspaceId }: Reading) => ({ tenantId: workspaceId })

const habitKey = ({ workspaceId }: Reading, userId: UserId): string =>
  `${workspaceId ?? '-'}:${userId}`

const preferenceKey = (ctx: Reading, userId: UserId, { category, channel }: Subject): string =>
  `${habitKey(ctx, userId)}:${category}:${channel}`

/** A person's own words in the place, by `subjectKey`. */
export async function readOwnWords(
  ctx: Reading,
  userId: UserId,
): Promise<ReadonlyMap<string, boolean>> {
  const rows = await ctx.em.find(NotificationPreference, { ...here(ctx), userId })
  return new Map(rows.map((row) => [subjectKey(row), row.enabled]))
}

/** What the workspace has said, by `subjectKey`; nothing where the place is none. */
export async function readWorkspaceWords(
  ctx: Reading,
): Promise<ReadonlyMap<string, WorkspaceWord>> {
  if (ctx.workspaceId === null) return new Map()
  const rows = await ctx.em.find(WorkspaceDefault, { tenantId: ctx.workspaceId })
  return new Map(rows.map((row) => [subjectKey(row), row]))
}

export const subjectKey = ({ category, channel }: Subject): string => `${category}:${channel}`

export async function readHabit(ctx: Reading, userId: UserId): Promise<Habit> {
  const row = await ctx.em.findOne(DeliveryHabit, { id: habitKey(ctx, userId) })
  if (!row) return NO_HABIT
  const { digest, quietFrom: from, quietUntil: until } = row
  return { digest, quietHours: from !== null && until !== null ? { from, until } : null }
}

/**
 * All that has been said about a subject in the place, by somebody and by the workspace.
 * @param userId null where the workspace as a whole is told
 * @param timezone in which quiet hours and digests are reckoned
 */
export async function readHeld(
  ctx: Reading,
  userId: UserId | null,
  subject: Subject,
  timezone: string,
): Promise<HeldPreferences> {
  const workspace = (await readWorkspaceWords(ctx)).get(subjectKey(subject)) ?? null
  if (userId === null) return { own: null, workspace, timezone, ...NO_HABIT }
  const own = await ctx.em.findOne(NotificationPreference, {
    id: preferenceKey(ctx, userId, subject),
  })
  return { own: own?.enabled ?? null, workspace, timezone, ...(await readHabit(ctx, userId)) }
}

/** Keeps what a person says about a subject; null takes their word back. */
export async function writeOwnWord(
  tx: Writing,
  userId: UserId,
  subject: Subject,
  enabled: boolean | null,
): Promise<void> {
  const id = preferenceKey(tx, userId, subject)
  if (enabled === null) {
    await tx.em.nativeDelete(NotificationPreference, { id })
    return
  }
  const { category, channel } = subject
  const row = { id, ...here(tx), userId, category, channel, enabled, updatedAt: tx.clock.now() }
  await tx.em.upsert(NotificationPreference, row)
}

export async function writeHabit(tx: Writing, userId: UserId, habit: Habit): Promise<void> {
  const { digest, quietHours } = habit
  await tx.em.upsert(DeliveryHabit, {
    id: habitKey(tx, userId),
    ...here(tx),
    ...{ userId, digest, updatedAt: tx.clock.now() },
    quietFrom: quietHours?.from ?? null,
    quietUntil: quietHours?.until ?? null,
  })
}

/** Keeps what the workspace says about a subject; saying nothing leaves no row. */
export async function writeWorkspaceWord(
  tx: Writing & { readonly workspaceId: IdOf<'workspace'> },
  { category, channel }: Subject,
  { enabled, locked }: WorkspaceWord,
): Promise<void> {
  const key = { tenantId: tx.workspaceId, category, channel }
  if (enabled === null && !locked) await tx.em.nativeDelete(WorkspaceDefault, key)
  else await tx.em.upsert(WorkspaceDefault, { ...key, enabled, locked, updatedAt: tx.clock.now() })
}
