/**
 * Why an address is not called, whatever is behind it:
 * - `URL`: no URL, or one with characters that parsers disagree about
 * - `SCHEME`, `PORT`: not among those allowed
 * - `CREDENTIALS`: a user name or password in the URL
 * - `HOST`: a name of local networks, or an address in an unusual spelling
 * - `ADDRESS`: an address (or a name that leads to one) outside the public internet
 */
export type RefusalReason = 'URL' | 'SCHEME' | 'PORT' | 'CREDENTIALS' | 'HOST' | 'ADDRESS'

/** Why nothing usable came back from an address that may be called. */
export type FailureReason = 'TIMEOUT' | 'UNREACHABLE' | 'NO_SUCH_HOST' | 'RESPONSE_TOO_LARGE'

const refusals: Readonly<Record<RefusalReason, string>> = {
  URL: 'This is no URL that can be called.',
  SCHEME: 'The URL must begin with https://.',
  PORT: 'This port cannot be called.',
  CREDENTIALS: 'The URL must not hold a user name or password.',
  HOST: 'This host cannot be called.',
  ADDRESS: 'This host cannot be called.',
}

/**
 * The call was not made. The message may be shown to whoever entered the URL: it says the same of
 * every address inside, so that nobody can map a network with it. `detail` is for the log only.
 */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused'
  readonly reason: RefusalReason
  readonly detail: string

  constructor(reason: RefusalReason, detail: string) {
    super(refusals[reason])
    this.reason = reason
    this.detail = detail
  }
}

const failures: Readonly<Record<FailureReason, string>> = {
  TIMEOUT: 'The host did not answer in time.',
  UNREACHABLE: 'The host could not be reached.',
  NO_SUCH_HOST: 'There is no such host.',
  RESPONSE_TOO_LARGE: 'The host answered with more than is read.',
}

/** The call was made, or tried. The cause is for the log only. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed'
  readonly reason: FailureReason

  constructor(reason: FailureReason, cause?: unknown) {
    super(failures[reason], { cause })
    this.reason = reason
  }
}
