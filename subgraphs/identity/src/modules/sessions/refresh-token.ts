import { type Id, parseId } from '@logicspike/ids'
import { sha256 } from '@logicspike/secrets'

/**
 * A refresh token is `<session id>.<family>.<secret>`. Clients treat it as opaque. The family is
 * the same for all tokens of a session, so that a token from long ago is still recognised as one
 * that was used, without a row for each: nobody who never held a token of the family can make it.
 */
export type ParsedRefreshToken = {
  readonly sessionId: Id<'ses'>
  readonly family: string
  /** What the database knows of the whole token. */
  readonly hash: string
}

/** 128 bits tell families apart; each token has 256 bits of its own. */
const FAMILY_BYTES = 16

type Random = (bytes?: number) => string

export const newFamily = (random: Random): string => random(FAMILY_BYTES)

export const newRefreshToken = (sessionId: string, family: string, random: Random): string =>
  `${sessionId}.${family}.${random()}`

/** Hash of the family as the session keeps it. */
export const familyHash = (family: string): string => sha256(`refresh-family:${family}`)

/** The parts of a token, or null where the text has not the form of one. */
export function parseRefreshToken(text: string): ParsedRefreshToken | null {
  const [session, family, secret, ...rest] = text.split('.')
  const sessionId = parseId('session', session)
  if (!sessionId || !isPart(family) || !isPart(secret) || rest.length > 0) return null
  return { sessionId, family, hash: hashRefreshToken(text) }
}

export const hashRefreshToken = (text: string): string => sha256(text)

const isPart = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9_-]{16,64}$/.test(text)
