import type { Category, Channel } from '../deliveries/channel.ts'
import { nextHour, nextTimeOfDay, type QuietHours, quietUntil } from './quiet-hours.ts'

/** How often mails are gathered into one. */
export type Digest = 'OFF' | 'HOURLY' | 'DAILY'

/** What a workspace has said about a category on a channel; null: nothing about whether it is on. */
export type WorkspaceWord = { readonly enabled: boolean | null; readonly locked: boolean }

/** All that has been said about one category on one channel, and when somebody may be disturbed. */
export type HeldPreferences = {
  /** The person's own word; null where they have said nothing. */
  readonly own: boolean | null
  readonly workspace: WorkspaceWord | null
  readonly quietHours: QuietHours | null
  /** In which quiet hours and digests are reckoned: a name of the IANA database. */
  readonly timezone: string
  readonly digest: Digest
}

export type MessageKind = {
  readonly category: Category
  readonly channel: Channel
  readonly isSecurity: boolean
}

export type Suppression = 'switched-off' | 'switched-off-by-workspace'

export type Decision =
  | { readonly do: 'send' }
  | { readonly do: 'wait'; readonly until: Date }
  /** To be said together with others at `at`. */
  | { readonly do: 'digest'; readonly at: Date }
  | { readonly do: 'suppress'; readonly reason: Suppression }

/** When a daily digest is made, by the reader's clock. */
const DAILY_DIGEST_AT = '08:00'

/**
 * Whether, when and how a message may go out. Pure; asked when it is queued and again just before it
 * is sent.
 *
 * Security messages go out at once, whatever anybody has chosen. The inbox disturbs nobody, so it
 * knows neither quiet hours nor digests; Slack knows quiet hours only.
 * @param isDue the message has waited for its digest, which is being made
 */
export function decideDelivery(
  held: HeldPreferences,
  kind: MessageKind,
  now: Date,
  isDue = false,
): Decision {
  if (kind.isSecurity) return { do: 'send' }
  const { enabled, decidedBy } = effectivePreference(held, kind)
  if (!enabled) {
    const reason = decidedBy === 'WORKSPACE' ? 'switched-off-by-workspace' : 'switched-off'
    return { do: 'suppress', reason }
  }
  if (kind.channel === 'IN_APP') return { do: 'send' }
  if (kind.channel === 'EMAIL' && held.digest !== 'OFF' && !isDue) {
    return { do: 'digest', at: undisturbed(held, digestAfter(held, now)) }
  }
  const at = undisturbed(held, now)
  return at > now ? { do: 'wait', until: at } : { do: 'send' }
}

export type Decider = 'USER' | 'WORKSPACE' | 'DEFAULT'

/**
 * Whether a category is on for a channel, whose word that is, and whether the person may differ.
 * Where nobody has said anything it is on: Slack too, since a workspace that has connected a channel
 * has thereby said that it wants to be told there, and one that has not is not reached at all.
 */
export function effectivePreference(
  { own, workspace }: Pick<HeldPreferences, 'own' | 'workspace'>,
  { category, channel }: Pick<MessageKind, 'category' | 'channel'>,
): { readonly enabled: boolean; readonly decidedBy: Decider; readonly locked: boolean } {
  const mandatory = category === 'SECURITY' && channel !== 'SLACK'
  if (mandatory) return { enabled: true, decidedBy: 'DEFAULT', locked: true }
  const locked = workspace?.locked ?? false
  if (own !== null && !locked) return { enabled: own, decidedBy: 'USER', locked }
  const said = workspace?.enabled ?? null
  if (said !== null) return { enabled: said, decidedBy: 'WORKSPACE', locked }
  return { enabled: true, decidedBy: 'DEFAULT', locked }
}

/** When a digest that begins now is made, by the person's choice; hourly where they made none. */
export const digestAfter = (
  { digest, timezone }: Pick<HeldPreferences, 'digest' | 'timezone'>,
  now: Date,
): Date =>
  digest === 'DAILY' ? nextTimeOfDay(DAILY_DIGEST_AT, now, timezone) : nextHour(now, timezone)

/** The first moment, from `at` on, at which the person may be disturbed. */
const undisturbed = ({ quietHours, timezone }: HeldPreferences, at: Date): Date =>
  (quietHours && quietUntil(quietHours, timezone, at)) ?? at
