/** Where Slack is. Another place than the real one is for tests. */
export type SlackPlaces = {
  /** Of incoming webhooks, as scheme, host and port. */
  readonly webhookOrigin: string
  /** Of the Web API, with a slash at the end. */
  readonly apiUrl: string
}

export const SLACK: SlackPlaces = {
  webhookOrigin: 'https://hooks.slack.com',
  apiUrl: 'https://slack.com/api/',
}

/** Workspace, app and secret: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const WEBHOOK_PATH = /^\/services\/[A-Z0-9]{3,30}\/[A-Z0-9]{3,30}\/[A-Za-z0-9]{8,60}$/
const BOT_TOKEN = /^xoxb-[A-Za-z0-9-]{10,240}$/
const CHANNEL_ID = /^[CG][A-Z0-9]{7,20}$/

/**
 * The address of an incoming webhook, spelt anew from its parts: no other host can be named, nor
 * anything said besides.
 * @returns null where it is none
 */
export function parseWebhookUrl(text: string, { webhookOrigin }: SlackPlaces): string | null {
  const url = URL.parse(text.trim())
  if (url?.origin !== webhookOrigin || url.username !== '' || url.password !== '') return null
  if (url.search !== '' || url.hash !== '' || !WEBHOOK_PATH.test(url.pathname)) return null
  return `${webhookOrigin}${url.pathname}`
}

/** A bot's token (`xoxb-`); null where it is none. A person's token is refused: it can do more. */
export const parseBotToken = (text: string): string | null => matching(BOT_TOKEN, text)

/** The id of a channel, such as `C024BE91L`; null where it is none. Names change, ids do not. */
export const parseChannelId = (text: string): string | null => matching(CHANNEL_ID, text)

/** Four letters of some twenty random ones: enough to recognise a secret, and nothing to guess with. */
export const hintOf = (secret: string): string => secret.slice(-4)

function matching(pattern: RegExp, text: string): string | null {
  const trimmed = text.trim()
  return pattern.test(trimmed) ? trimmed : null
}
