import {
  type EmailAddress,
  MailRefused,
  type MailTransport,
  normalizeEmail,
} from '@logicspike/mail'
import type { CommunicationContext } from '../../context.ts'
import type { ChannelSender, OutgoingMessage, SendOutcome } from '../deliveries/channel.ts'
import { renderLetter } from '../letters/render-letter.ts'
import { isSuppressed, liftSuppression, suppressAddress } from './mail-suppression.repository.ts'

export type MailSenderDependencies = {
  readonly transport: MailTransport
  /** Where a letter's reader can switch such letters off; null where that cannot be done. */
  readonly unsubscribeUrlOf: (message: OutgoingMessage) => string | null
}

/**
 * Sends letters by mail. Nothing it logs or answers names an address or says what was written.
 *
 * An address that a server has refused for good is not tried again, except by security mails, which
 * are sent whatever it takes; should one arrive, the address counts as good again.
 */
export function createMailSender(deps: MailSenderDependencies): ChannelSender {
  return {
    channel: 'EMAIL',
    reach: async () => 'PEOPLE',
    async send(ctx, message) {
      const to = normalizeEmail(message.recipient.email ?? '')
      if (!to) return refused('no usable address', true)
      const suppressed = await isSuppressed(ctx, to)
      if (suppressed && !message.isSecurity) return refused('address suppressed', true)
      const outcome = await attempt(ctx, deps, message, to)
      if (suppressed && outcome.outcome === 'sent') await liftSuppression(ctx, to)
      return outcome
    },
  }
}

async function attempt(
  ctx: CommunicationContext,
  { transport, unsubscribeUrlOf }: MailSenderDependencies,
  message: OutgoingMessage,
  to: EmailAddress,
): Promise<SendOutcome> {
  const unsubscribeUrl = message.isSecurity ? null : unsubscribeUrlOf(message)
  const { consoleUrl } = ctx.config
  const letter = await renderLetter(message, { consoleUrl, unsubscribeUrl })
  const headers = headersOf(unsubscribeUrl)
  try {
    await transport.send({ id: message.deliveryId, to, ...letter, headers })
    return { outcome: 'sent' }
  } catch (error) {
    const { deliveryId } = message
    if (!(error instanceof MailRefused)) {
      const reason = failureOf(error)
      ctx.log.warn({ deliveryId, reason }, 'a mail could not be handed over')
      return { outcome: 'retryLater', reason }
    }
    const replyCode = Number.parseInt(error.reply, 10) || 550
    ctx.log.info({ deliveryId, replyCode, what: error.what }, 'a mail was refused')
    const permanent = error.what === 'recipient'
    if (permanent) await suppressAddress(ctx, to, replyCode)
    return refused(`${error.what} refused with ${replyCode}`, permanent)
  }
}

/**
 * `Auto-Submitted` keeps holiday notes from answering (RFC 3834 §5); the other two are a button of
 * the mail program's own (RFC 2369 §3.2, RFC 8058 §3.1).
 */
function headersOf(unsubscribeUrl: string | null): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated',
    ...(unsubscribeUrl !== null && {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  }
}

const refused = (reason: string, permanent: boolean): SendOutcome => ({
  outcome: 'refused',
  reason,
  permanent,
})

/** What went wrong, without the server's words, in which the address may stand. */
function failureOf(error: unknown): string {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown }
  if (typeof responseCode === 'number') return `the mail server answered ${responseCode}`
  return typeof code === 'string' ? code : 'the mail server could not be used'
}
