import type { ChannelSender } from './modules/deliveries/channel.ts'

/** Ways out of the platform, one for each channel. The inbox is none: it is here. */
export const createSenders = (): readonly ChannelSender[] => []
