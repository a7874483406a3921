import type {
  Channel,
  ChannelSender,
  OutgoingMessage,
  Reach,
  SendOutcome,
} from '../../src/modules/deliveries/channel.ts'

/** A channel that keeps what it is handed, and answers as it is told. */
export type RecordingSender = ChannelSender & {
  readonly sent: OutgoingMessage[]
  reaches: Reach
  /** What comes of each attempt. */
  answer: (message: OutgoingMessage) => SendOutcome | Promise<SendOutcome>
  /** Messages handed over for a person. */
  to(userId: string | null): readonly OutgoingMessage[]
}

export function createRecordingSender(
  channel: Channel,
  reaches: Reach = 'PEOPLE',
): RecordingSender {
  const sender: RecordingSender = {
    channel,
    reaches,
    sent: [],
    answer: () => ({ outcome: 'sent' }),
    to: (userId) => sender.sent.filter(({ recipient }) => recipient.userId === userId),
    reach: async () => sender.reaches,
    async send(ctx, message) {
      if (ctx.em.isInTransaction()) throw new Error('A sender was called within a transaction.')
      sender.sent.push(message)
      return sender.answer(message)
    },
  }
  return sender
}
