import type { PlatformPermission } from '@logicspike/auth'
import type { EventData, EventType } from '@logicspike/events'
import type { Category, Channel, Facts } from '../deliveries/channel.ts'

/** Who is told: people the event names, or whoever holds a permission in the workspace. */
export type Audience =
  | { readonly userIds: readonly string[] }
  | {
      readonly holders: PlatformPermission
      /** Told in another way, or the cause of it. Who acted is left out by itself. */
      readonly except: readonly string[]
    }

/** What one event comes to as a notification. */
export type Telling = {
  readonly audience: Audience
  readonly facts: Facts
  /** Ids of users, under the name of the fact that their names are to become. */
  readonly people: Readonly<Record<string, string>>
}

/** A type of notification: what it is about, and on which channels it goes out. */
export type NotificationKind = {
  readonly type: string
  readonly event: EventType
  readonly category: Category
  /** Goes out whatever has been chosen, and at once. */
  readonly isSecurity: boolean
  readonly channels: readonly Channel[]
  /**
   * Whose inbox it is in: the workspace's, or the person's own, which they see wherever they are.
   * What tells of the loss of a workspace cannot be in one that nobody can enter.
   */
  readonly inbox: 'WORKSPACE' | 'ACCOUNT'
  /** Null where this event is nothing to tell of. */
  tell(data: unknown): Telling | null
}

type Told = {
  readonly userIds?: readonly string[]
  readonly holders?: PlatformPermission
  readonly except?: readonly string[]
  readonly facts?: Facts
  readonly people?: Readonly<Record<string, string>>
}

type About = Pick<NotificationKind, 'category' | 'channels'> &
  Partial<Pick<NotificationKind, 'type' | 'inbox'>>

/** @param tell what to say of an event's data; null where there is nothing to tell */
function kind<T extends EventType>(
  event: T,
  { type = event, category, channels, inbox = 'WORKSPACE' }: About,
  tell: (data: EventData<T>) => Told | null,
): NotificationKind {
  return {
    ...{ type, event, category, channels, inbox },
    isSecurity: category === 'SECURITY',
    tell(data) {
      const told = tell(data as EventData<T>)
      if (!told) return null
      const { userIds = [], holders, except = [], facts = {}, people = {} } = told
      return { audience: holders ? { holders, except } : { userIds }, facts, people }
    },
  }
}

const everywhere: readonly Channel[] = ['IN_APP', 'EMAIL', 'SLACK']
const personally: readonly Channel[] = ['IN_APP', 'EMAIL']

/**
 * In the inbox only. Of a change of credentials identity sends a mail itself, in the transaction of
 * the change and to the address of that moment; a second one would say the same.
 */
const inboxOnly: readonly Channel[] = ['IN_APP']

const aboutAccount = { category: 'ACCOUNT', inbox: 'ACCOUNT' } as const
const aboutSecurity = { category: 'SECURITY', inbox: 'ACCOUNT', channels: inboxOnly } as const
const toThem = ({ userId }: { readonly userId: string }) => ({ userIds: [userId] })

const accountKinds: readonly NotificationKind[] = [
  kind('user.created', { ...aboutAccount, channels: personally }, toThem),
  kind('user.reactivated', { ...aboutAccount, channels: inboxOnly }, toThem),
  kind('session.started', aboutSecurity, toThem),
  kind('session.revoked', aboutSecurity, (data) =>
    data.reason === 'refresh-token-reused' ? toThem(data) : null,
  ),
  kind('user.password_changed', aboutSecurity, ({ userId, by }) => ({
    userIds: [userId],
    facts: { by },
  })),
  kind('user.email_changed', aboutSecurity, toThem),
  kind('user.second_factor_added', aboutSecurity, ({ userId, factor }) => ({
    userIds: [userId],
    facts: { factor },
  })),
  kind('user.second_factor_removed', aboutSecurity, ({ userId, factor }) => ({
    userIds: [userId],
    facts: { factor },
  })),
  kind('user.identity_linked', aboutSecurity, toThem),
  kind('user.identity_unlinked', aboutSecurity, toThem),
]

const memberKinds: readonly NotificationKind[] = [
  kind('member.joined', { category: 'MEMBERS', channels: everywhere }, ({ userId }) => ({
    holders: 'tenancy:members.invite',
    except: [userId],
    people: { memberName: userId },
  })),
  kind('member.removed', { category: 'MEMBERS', channels: everywhere }, ({ userId, by }) => ({
    holders: 'tenancy:members.remove',
    except: [userId],
    facts: { by },
    people: { memberName: userId },
  })),
  kind(
    'member.removed',
    { ...aboutAccount, type: 'member.you_were_removed', channels: personally },
    (data) => (data.by === 'removal' ? toThem(data) : null),
  ),
  kind('member.role_changed', { category: 'MEMBERS', channels: personally }, toThem),
]

const everybody = () => ({ holders: 'tenancy:workspace.read' }) as const
const whoRunIt = () => ({ holders: 'tenancy:workspace.update' }) as const

const workspaceKinds: readonly NotificationKind[] = [
  kind('workspace.created', { category: 'WORKSPACE', channels: inboxOnly }, ({ ownerId }) => ({
    userIds: [ownerId],
  })),
  kind(
    'workspace.renamed',
    { category: 'WORKSPACE', channels: ['IN_APP', 'SLACK'] },
    ({ name }) => ({ ...whoRunIt(), facts: { name } }),
  ),
  kind(
    'workspace.suspended',
    { category: 'WORKSPACE', channels: everywhere, inbox: 'ACCOUNT' },
    everybody,
  ),
  kind('workspace.resumed', { category: 'WORKSPACE', channels: everywhere }, everybody),
  kind(
    'workspace.deleted',
    { category: 'WORKSPACE', channels: everywhere, inbox: 'ACCOUNT' },
    ({ purgeAfter }) => ({ ...everybody(), facts: { purgeAfter } }),
  ),
  kind('workspace.restored', { category: 'WORKSPACE', channels: everywhere }, everybody),
  kind(
    'workspace.ownership_transferred',
    { category: 'WORKSPACE', channels: everywhere },
    ({ fromUserId, toUserId }) => ({
      ...whoRunIt(),
      people: { fromName: fromUserId, toName: toUserId },
    }),
  ),
  kind(
    'workspace.security_policy_changed',
    { category: 'SECURITY', channels: personally },
    ({ requiresMfa }) => ({ ...everybody(), facts: { requiresMfa } }),
  ),
]

const planKinds: readonly NotificationKind[] = [
  kind(
    'plan_subscription.trial_started',
    { category: 'BILLING', channels: personally },
    ({ trialEndsAt }) => ({ holders: 'billing:plan.read', facts: { trialEndsAt } }),
  ),
  kind('plan_subscription.trial_expired', { category: 'BILLING', channels: everywhere }, () => ({
    holders: 'billing:plan.read',
  })),
]

/** Of a channel that is broken nobody learns by that channel. */
const slackKinds: readonly NotificationKind[] = [
  kind('slack_connection.broken', { category: 'WORKSPACE', channels: personally }, () => ({
    holders: 'communication:slack.manage',
  })),
]

/** Every type of notification there is. An event may come to several, each for other people. */
export const notificationKinds: readonly NotificationKind[] = [
  ...accountKinds,
  ...memberKinds,
  ...workspaceKinds,
  ...planKinds,
  ...slackKinds,
]

const byType: ReadonlyMap<string, NotificationKind> = new Map(
  notificationKinds.map((it) => [it.type, it]),
)

/** The kind of a stored notification; undefined for a type that has been withdrawn since. */
export const notificationKind = (type: string): NotificationKind | undefined => byType.get(type)

/** What an event of that type comes to. */
export const kindsOfEvent = (event: string): readonly NotificationKind[] =>
  notificationKinds.filter((it) => it.event === event)

/** The types of events that anybody is told of. */
export const toldEvents: readonly EventType[] = [
  ...new Set(notificationKinds.map(({ event }) => event)),
]
