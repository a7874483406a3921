/** Where "now" comes from; injected so that a test can move it. */
export type Clock = { now(): Date }

/** The part of a pino logger that this package writes to. */
export type AuthLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** Whole seconds since 1970-01-01T00:00:00Z: a NumericDate of RFC 7519 §2. */
export const epochSeconds = (clock: Clock): number => Math.floor(clock.now().getTime() / 1000)
