import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'

/** The ways a notification reaches people. */
export type Channel = 'EMAIL' | 'SLACK' | 'IN_APP'

/** What a notification is about; people decide by category what they want to hear. */
export type Category = 'ACCOUNT' | 'SECURITY' | 'MEMBERS' | 'WORKSPACE' | 'BILLING' | 'DEVELOPER'

/** What a template needs to know, by name. Never a secret: facts are stored, and shown in the inbox. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>

/** How a workspace wants to look; null where it has said nothing. Colours are `#rrggbb`. */
export type Branding = {
  readonly name: string | null
  readonly logoUrl: string | null
  readonly primaryColor: string | null
  readonly accentColor: string | null
}

/** Who is told. */
export type MessageRecipient = {
  /** Null, with `email` and `name`, where a message goes to the workspace's own Slack channel. */
  readonly userId: IdOf<'user'> | null
  readonly email: string | null
  readonly name: string | null
  /** BCP 47, as the recipient or the workspace chose. */
  readonly locale: string
  /** A name of the IANA database. */
  readonly timezone: string
}

/** The workspace it happened in. */
export type MessageWorkspace = {
  readonly id: IdOf<'workspace'>
  readonly name: string
  readonly branding: Branding
  readonly timezone: string
}

/** One thing that happened. */
export type MessageItem = {
  readonly notificationId: IdOf<'notification'>
  /** A type of the registry (`modules/notifications/notification-types.ts`), such as `user.created`. */
  readonly type: string
  readonly facts: Facts
  readonly occurredAt: Date
}

/**
 * What a sender is handed: all that a template and an address need, read before it is asked. A
 * digest says several things at once in `items`, oldest first; its other fields are the newest's.
 */
export type OutgoingMessage = MessageItem & {
  /** Stays the same over retries: a mail's Message-ID is made of it. */
  readonly deliveryId: IdOf<'notificationDelivery'>
  readonly recipient: MessageRecipient
  /** Null where it happened in no workspace. */
  readonly workspace: MessageWorkspace | null
  readonly category: Category
  /** Security messages cannot be switched off, so they offer no way to unsubscribe. */
  readonly isSecurity: boolean
  /** Empty unless this is a digest. */
  readonly items: readonly MessageItem[]
}

/** What came of an attempt. */
export type SendOutcome =
  | { readonly outcome: 'sent' }
  /** May work later; `afterMs` where the other side said when. */
  | { readonly outcome: 'retryLater'; readonly reason: string; readonly afterMs?: number }
  /** Will not work, however often it is tried. `permanent`: nor will any other to this recipient. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly permanent: boolean }

/**
 * Whom a channel reaches in a workspace: each person, the workspace as a whole (one message to a
 * channel of its own), or nobody, since it is not set up.
 */
export type Reach = 'PEOPLE' | 'WORKSPACE' | 'NOBODY'

/**
 * Carries messages out of the platform. Called by the delivery worker only, outside any
 * transaction, and only for what the gate let pass a moment before.
 */
export type ChannelSender = {
  readonly channel: Channel
  /**
   * Asked when deliveries are planned, in the transaction that writes them: it may read the
   * database and must call nobody. `ctx` is in the workspace, or in none for what concerns a
   * person alone.
   */
  reach(ctx: CommunicationContext): Promise<Reach>
  /**
   * Sends, once per call; `message.deliveryId` is the same at each try.
   * `ctx` is in the message's workspace and holds no transaction.
   * @throws only for faults of our own; the worker logs them and tries again
   */
  send(ctx: CommunicationContext, message: OutgoingMessage): Promise<SendOutcome>
}

/** A notification in a few words, in the recipient's language, for the inbox and for Slack. */
export type Notice = {
  readonly title: string
  readonly text: string
  /** Where to go from here: an absolute address of the console's. */
  readonly url: string | null
}

/** Words for one item; pure. A type it does not know is a mistake of ours, and throws. */
export type RenderNotice = (
  item: Pick<MessageItem, 'type' | 'facts' | 'occurredAt'>,
  reader: Pick<MessageRecipient, 'name' | 'locale' | 'timezone'> & {
    readonly workspaceName: string | null
    readonly consoleUrl: string
  },
) => Notice
