/** How much streams and their connections may take up. */
export type StreamLimits = {
  /** WebSockets and event streams at once, of one address. */
  readonly connectionsPerIp: number
  /** The same of one user, or of one client that speaks for itself. */
  readonly connectionsPerPrincipal: number
  /** Operations at once on one WebSocket. */
  readonly operationsPerConnection: number
  /** Bytes of one message from a client over WebSocket. */
  readonly maxMessageBytes: number
  /** From the opening of a WebSocket to its `connection_init`. */
  readonly initTimeoutMs: number
  /** Between signs of life that are sent; a WebSocket that shows none for so long is cut. */
  readonly pingMs: number
  /** Messages of one operation that wait for its client; its source waits while there are so many. */
  readonly bufferedEvents: number
  /** The same in characters of their text. */
  readonly bufferedBytes: number
  /** A client with a full buffer that takes nothing for so long is told to resume. */
  readonly stalledMs: number
  /** Between looks at who is still allowed to listen. */
  readonly sweepMs: number
  /** How long clients may take to hear that the gateway stops. */
  readonly farewellMs: number
  /** How often a source that breaks off is opened again after its last cursor, before giving up. */
  readonly reopenings: number
}

export const defaultStreamLimits: StreamLimits = {
  connectionsPerIp: 1_000,
  connectionsPerPrincipal: 100,
  operationsPerConnection: 100,
  maxMessageBytes: 256 * 1024,
  initTimeoutMs: 10_000,
  pingMs: 12_000,
  bufferedEvents: 64,
  bufferedBytes: 1024 * 1024,
  stalledMs: 30_000,
  sweepMs: 1_000,
  farewellMs: 2_000,
  reopenings: 6,
}
