import type { Id } from '@logicspike/ids'

/** RFC 9068 §2.1: tells an access token from an ID token or any other JWT of this issuer. */
export const ACCESS_TOKEN_TYP = 'at+jwt'

/** One audience for the whole platform: every service behind the gateway verifies the same token. */
export const ACCESS_TOKEN_AUDIENCE = 'logicspike'

/** The only algorithm. RFC 9068 §2.1 makes RS256 the one every party must support. */
export const ACCESS_TOKEN_ALGORITHM = 'RS256'

/** What a token lives on average, before jitter. */
export const ACCESS_TOKEN_TTL_SECONDS = 300

/** Share of the TTL by which a token may live shorter or longer. */
const ACCESS_TOKEN_TTL_JITTER = 0.1

/**
 * The longest life a verifier accepts. Epoch registries forget a revocation after this long (plus
 * a margin), so a token that lived longer could come back to life.
 */
export const ACCESS_TOKEN_MAX_TTL_SECONDS = Math.ceil(
  ACCESS_TOKEN_TTL_SECONDS * (1 + ACCESS_TOKEN_TTL_JITTER),
)

/** Accepted difference between the clocks of issuer and verifier. */
export const CLOCK_TOLERANCE_SECONDS = 5

/**
 * Lifetime for a new token: the TTL ±10 %, so that tokens minted together (after a deployment, or
 * by tabs opened at once) do not all come to be renewed in the same second.
 * @param random a number in [0, 1), such as `Math.random`; no secret depends on it
 * @returns whole seconds, 270–330
 */
export function accessTokenTtlSeconds(random: () => number): number {
  const spread = ACCESS_TOKEN_TTL_SECONDS * ACCESS_TOKEN_TTL_JITTER
  return Math.round(ACCESS_TOKEN_TTL_SECONDS - spread + random() * 2 * spread)
}

type CommonClaims = {
  readonly iss: string
  readonly aud: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  /** Never issued here, but honoured (RFC 7519 §4.1.5). */
  readonly nbf?: number
  readonly client_id: string
  /** Permissions, sorted, separated by single spaces (RFC 8693 §4.2); empty for none. */
  readonly scope: string
  /** Services switched on for the workspace. */
  readonly services: readonly string[]
  /** The workspace this token is for. */
  readonly tid?: Id<'wks'>
}

/** A person's token: bound to a session, and to a membership when it is for a workspace. */
export type UserTokenClaims = CommonClaims & {
  readonly sub: Id<'usr'>
  readonly sid: Id<'ses'>
  /** Epochs: `s` of the session, `m` of the membership (exactly when `tid` is there). */
  readonly ep: { readonly s: number; readonly m?: number }
  readonly amr: readonly string[]
  readonly auth_time: number
  /** RFC 8693 §4.1: who acts in this user's name. */
  readonly act?: { readonly sub: string }
}

/** A token of the client-credentials grant: the client speaks for itself (RFC 9068 §2.2). */
export type ServiceTokenClaims = CommonClaims & {
  /** Equal to `client_id`. */
  readonly sub: string
  readonly sid?: never
  readonly ep: { readonly s?: never; readonly m?: never }
  readonly amr?: readonly string[]
  readonly auth_time?: number
  readonly act?: never
}

export type AccessTokenClaims = UserTokenClaims | ServiceTokenClaims
