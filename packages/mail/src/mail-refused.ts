/**
 * The other side took the mail apart from a fault of ours and said no for good: to this recipient,
 * whatever is sent there, or to this one message. Everything else that `send` throws may pass.
 */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
  readonly what: 'recipient' | 'message'
  /** What the server said; for the log. */
  readonly reply: string

  constructor(what: 'recipient' | 'message', reply: string, cause: unknown) {
    super(`The mail server refused the ${what}.`, { cause })
    this.what = what
    this.reply = reply
  }
}
