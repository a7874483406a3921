/** What kept an exchange from giving a response. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  /**
   * `broken`: the connection failed or ended; `late`: no whole answer in time; `malformed`: bytes that
   * are no response; `large`: longer than allowed.
   */
  readonly kind: 'broken' | 'late' | 'malformed' | 'large'

  constructor(kind: HttpError['kind'], message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}

export const tooLarge = (most: number): HttpError =>
  new HttpError('large', `an answer of more than ${most} bytes`)

export const malformed = (what: string): HttpError => new HttpError('malformed', what)
