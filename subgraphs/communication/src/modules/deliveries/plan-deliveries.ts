import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import type { Channel, ChannelSender, Reach } from './channel.ts'

/** One message to be: to a person, or to the workspace as a whole where `userId` is null. */
export type PlannedDelivery = { readonly userId: IdOf<'user'> | null; readonly channel: Channel }

/** Whom each channel reaches, as its sender says. A channel without a sender reaches nobody. */
export async function surveyChannels(
  ctx: CommunicationContext,
  senders: readonly ChannelSender[],
): Promise<ReadonlyMap<Channel, Reach>> {
  const reaches = await Promise.all(senders.map((sender) => sender.reach(ctx)))
  return new Map(senders.map(({ channel }, at) => [channel, reaches[at] ?? 'NOBODY']))
}

/**
 * Which messages one notification is said in: to each person on each channel that reaches people,
 * and once on each that reaches the workspace. Pure.
 * @param channels those that the type of notification goes out on
 */
export function planDeliveries(
  recipients: readonly IdOf<'user'>[],
  channels: readonly Channel[],
  reaches: ReadonlyMap<Channel, Reach>,
): readonly PlannedDelivery[] {
  const people = [...new Set(recipients)]
  return channels.flatMap((channel): readonly PlannedDelivery[] => {
    const reach = reaches.get(channel) ?? 'NOBODY'
    if (reach === 'NOBODY') return []
    if (reach === 'WORKSPACE') return [{ userId: null, channel }]
    return people.map((userId) => ({ userId, channel }))
  })
}
