import type { Notice, OutgoingMessage } from '../deliveries/channel.ts'
import { fill } from '../letters/fill.ts'
import { renderNotice } from '../letters/render-notice.ts'
import { textsFor } from '../letters/texts/texts-for.ts'

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false }
type Block =
  | { readonly type: 'header' | 'section'; readonly text: PlainText }
  | {
      readonly type: 'context'
      readonly elements: readonly [{ readonly type: 'mrkdwn'; readonly text: string }]
    }

/** https://docs.slack.dev/reference/block-kit/blocks */
export type SlackMessage = {
  /** Shown in notifications of the device; Slack reads it as mrkdwn. */
  readonly text: string
  readonly blocks: readonly Block[]
  /** No previews: Slack would call the address in everybody's name. */
  readonly unfurl_links: false
  readonly unfurl_media: false
}

/** Slack's own limits are 150 and 3,000 characters, and 50 blocks. */
const LONGEST_TITLE = 150
const LONGEST_TEXT = 2_900
const MOST_ITEMS = 20

/**
 * A message for the workspace's channel. What people have chosen stands in `plain_text`, in which
 * there is no markup and no mention, or is escaped.
 * @throws Error where there are no words for it: a mistake of ours
 */
export function slackMessage(message: OutgoingMessage, consoleUrl: string): SlackMessage {
  const { items, recipient, workspace } = message
  const texts = textsFor(recipient.locale)
  const reader = { ...recipient, workspaceName: workspace?.name ?? null, consoleUrl }
  const notices = (items.length > 0 ? items : [message]).map((item) => renderNotice(item, reader))
  const [only] = notices
  const url = withWorkspace(only?.url ?? consoleUrl, workspace?.id ?? null)
  if (notices.length === 1 && only) return compose(only.title, [only.text], url, texts.actions.home)
  const title = fill(texts.digest.title.other, {
    count: new Intl.NumberFormat(recipient.locale).format(notices.length),
    workspace: workspace?.name ?? texts.platform,
  })
  return compose(title, digestOf(notices), withWorkspace(consoleUrl, null), texts.actions.home)
}

/** What an administrator sees who tries the connection. */
export const testMessage = (consoleUrl: string): SlackMessage =>
  compose(
    'LogicSpike is connected to this channel',
    ['Notifications of the workspace arrive here.'],
    consoleUrl,
    textsFor('en').actions.home,
  )

function compose(
  title: string,
  texts: readonly string[],
  url: string,
  label: string,
): SlackMessage {
  const header = { type: 'header', text: plain(title, LONGEST_TITLE) } as const
  const sections = texts.map(
    (text) => ({ type: 'section', text: plain(text, LONGEST_TEXT) }) as const,
  )
  const link = {
    type: 'mrkdwn',
    text: `<${escapeMrkdwn(url.replaceAll('|', '%7C'))}|${escapeMrkdwn(label)}>`,
  } as const
  return {
    text: escapeMrkdwn(title),
    blocks: [header, ...sections, { type: 'context', elements: [link] }],
    unfurl_links: false,
    unfurl_media: false,
  }
}

function digestOf(notices: readonly Notice[]): string[] {
  const said = notices.slice(0, MOST_ITEMS).map(({ title, text }) => `${title}\n${text}`)
  const rest = notices.length - said.length
  return rest > 0 ? [...said, `… +${rest}`] : said
}

function withWorkspace(address: string, workspaceId: string | null): string {
  const url = new URL(address)
  if (workspaceId !== null) url.searchParams.set('workspace', workspaceId)
  return url.href
}

const plain = (text: string, longest: number): PlainText => ({
  type: 'plain_text',
  text: shortened(text, longest),
  emoji: false,
})

function shortened(text: string, longest: number): string {
  const letters = [...text]
  return letters.length <= longest ? text : `${letters.slice(0, longest - 1).join('')}…`
}

/**
 * The three characters that mean something to Slack: `<!channel>` and `<@U…>` call people, and
 * `<url|text>` hides where a link leads (https://docs.slack.dev/messaging/formatting-message-text#escaping).
 */
const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
