/** How slow, large and many what comes over connections may be. Times in milliseconds. */
export type HttpLimits = {
  /** Until the head of a request is there, counted from the connection or its last request. */
  readonly headersMs: number
  /** Until the whole request is there. */
  readonly requestMs: number
  /** Until something is taken of an answer that waits to be sent. */
  readonly stallMs: number
  /** How often the three above are looked at. */
  readonly checkMs: number
  /** Bytes of all headers of a request. */
  readonly headerBytes: number
  /** Requests at a time on one HTTP/2 connection. */
  readonly concurrentStreams: number
}

export const defaultHttpLimits: HttpLimits = {
  headersMs: 20_000,
  requestMs: 30_000,
  stallMs: 60_000,
  checkMs: 5_000,
  headerBytes: 16 * 1024,
  concurrentStreams: 100,
}
