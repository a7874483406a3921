/** A mail ready to be sent. */
export type MailMessage = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Headers beside the usual ones, such as `List-Unsubscribe`; of one line each. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The seam to the network: SMTP, a folder in development, memory in tests. */
export type MailTransport = {
  /**
   * Resolves once the message is accepted; `id` is stable over retries (its Message-ID).
   * @throws MailRefused where it would be refused again, another error where a later try may succeed
   */
  send(message: MailMessage & { readonly id: string }): Promise<void>
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text made harmless inside HTML text and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (symbol) => entities[symbol] ?? symbol)
}

/** One line without control characters, as a header or subject needs (no header injection). */
export function singleLine(text: string): string {
  return text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

type Letter = {
  readonly to: string
  readonly subject: string
  /** Paragraphs of plain text; they are escaped for the HTML part. */
  readonly paragraphs: readonly string[]
  readonly action?: { readonly label: string; readonly url: string }
}

/** The one layout of platform mails: paragraphs, and at most one link. */
export function composeLetter({ to, subject, paragraphs, action }: Letter): MailMessage {
  const text = [...paragraphs, ...(action ? [`${action.label}: ${action.url}`] : [])].join('\n\n')
  const link = action
    ? `<p><a href="${escapeHtml(action.url)}">${escapeHtml(action.label)}</a></p>`
    : ''
  const html = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('') + link
  return { to, subject: singleLine(subject), text, html }
}

/** The token in a letter's link, as whoever opens it would send it; null where it has none. */
export function linkTokenOf(message: Pick<MailMessage, 'text'>): string | null {
  const token = /[?&]token=([^\s&]+)/.exec(message.text)?.[1]
  return token === undefined ? null : decodeURIComponent(token)
}
