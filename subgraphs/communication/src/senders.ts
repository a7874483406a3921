import type { MailTransport } from '@logicspike/mail'
import type { SecretBox } from '@logicspike/secrets'
import type { ChannelSender } from './modules/deliveries/channel.ts'
import { createMailSender } from './modules/mail-channel/create-mail-sender.ts'
import { createSlackSender } from './modules/slack/create-slack-sender.ts'
import { createUnsubscribeLinks } from './modules/unsubscribe/unsubscribe-link.ts'

/**
 * Ways out of the platform, one for each channel. The inbox is none: it is here.
 * @param publicUrl where clients reach the gateway
 */
export const createSenders = (deps: {
  mailTransport: MailTransport
  secretBox: SecretBox
  publicUrl: string
}): readonly ChannelSender[] => [
  createMailSender({
    transport: deps.mailTransport,
    unsubscribeUrlOf: createUnsubscribeLinks(deps.secretBox, deps.publicUrl),
  }),
  createSlackSender(),
]
