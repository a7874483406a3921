import { type CryptoKey, type JWTVerifyOptions, jwtVerify } from 'jose'
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_TYP,
  type AccessTokenClaims,
  CLOCK_TOLERANCE_SECONDS,
} from './access-token.ts'
import { inspectCompactToken, MAX_TOKEN_LENGTH } from './compact-token.ts'
import type { EpochRegistry } from './epochs.ts'
import type { KeySource } from './key-source.ts'
import { isExpired, parseAccessTokenClaims, requireCurrent } from './parse-access-token-claims.ts'
import { type Principal, principalOf } from './principal.ts'
import { type Clock, epochSeconds } from './seams.ts'
import { tokenRefused } from './token-refused.ts'
import { createVerifiedTokenCache } from './verified-token-cache.ts'

export type TokenVerifier = {
  /**
   * @param token the bearer token, without the word "Bearer"
   * @throws AppError UNAUTHENTICATED, whatever is wrong; the reason is in `detail` only
   */
  verify(token: string): Promise<Principal>
  /**
   * The same, for who is about to change something: a token may be read with on what is known of
   * revocations, and is changed with only while that is recent.
   * @throws AppError UNAUTHENTICATED, or UPSTREAM_UNAVAILABLE where those who know of revocations
   * have to be asked and do not answer
   */
  verifyForChange(token: string): Promise<Principal>
}

export type TokenVerifierOptions = {
  /** Compared as a whole: a trailing slash makes another issuer. */
  issuer: string
  /** Compared as a whole; a token with a list of audiences is refused. */
  audience: string
  keySource: Pick<KeySource, 'getKey'>
  /** Without it nothing is ever revoked before it expires; only tools and tests do without. */
  epochs?: Pick<EpochRegistry, 'isRevoked' | 'requireFresh'>
  clock: Clock
  /** Verified tokens remembered; 0 verifies each signature each time. */
  cacheSize?: number
}

type Verified = {
  readonly kid: string
  readonly key: CryptoKey
  readonly claims: AccessTokenClaims
  readonly principal: Principal
}

/** RFC 9068 §2.2, and what this platform adds: the epochs by which a token is revoked. */
const REQUIRED_CLAIMS = ['exp', 'iat', 'sub', 'jti', 'client_id', 'ep']

/**
 * Verifies access tokens as RFC 9068 §4 asks, with the advice of RFC 8725 taken literally: one
 * issuer, one audience, one algorithm, one type of token, keys by id only.
 * A signature is verified once per token; whether the token is current, its key still trusted and
 * its epochs not revoked is looked at every time.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience, keySource, epochs, clock, cacheSize = 10_000 } = options
  const now = () => epochSeconds(clock)
  const cache = createVerifiedTokenCache<Verified>({
    capacity: cacheSize,
    isExpired: ({ claims }) => isExpired(claims, now()),
  })
  const underWay = new Map<string, Promise<Verified>>()

  async function verifySignature(token: string): Promise<Verified> {
    const { kid } = inspectCompactToken(token)
    const key = await trustedKey(keySource, kid)
    const claims = parseAccessTokenClaims(
      await verifiedPayload(token, key, {
        algorithms: [ACCESS_TOKEN_ALGORITHM],
        typ: ACCESS_TOKEN_TYP,
        issuer,
        audience,
        requiredClaims: REQUIRED_CLAIMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: clock.now(),
      }),
    )
    return { kid, key, claims, principal: principalOf(claims) }
  }

  /** One verification for all who present a new token at once, as parallel entity fetches do. */
  function verifyOnce(cacheKey: string, token: string): Promise<Verified> {
    const running =
      underWay.get(cacheKey) ?? verifySignature(token).finally(() => underWay.delete(cacheKey))
    underWay.set(cacheKey, running)
    return running
  }

  async function requireTrusted({ kid, key, claims }: Verified): Promise<void> {
    requireCurrent(claims, now())
    if ((await trustedKey(keySource, kid)) !== key) throw tokenRefused('its key was replaced')
    if (epochs?.isRevoked(claims)) throw tokenRefused('it was revoked')
  }

  async function verify(token: string): Promise<Principal> {
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) {
      throw tokenRefused('it is too long')
    }
    const cacheKey = cache.keyOf(token)
    const known = cache.get(cacheKey)
    const verified = known ?? (await verifyOnce(cacheKey, token))
    try {
      await requireTrusted(verified)
    } catch (error) {
      cache.delete(cacheKey)
      throw error
    }
    if (!known) cache.set(cacheKey, verified)
    return verified.principal
  }

  return {
    verify,
    async verifyForChange(token) {
      // First as ever: nobody is asked on behalf of a token that is no token.
      await verify(token)
      await epochs?.requireFresh()
      return verify(token)
    },
  }
}

async function trustedKey(keySource: Pick<KeySource, 'getKey'>, kid: string): Promise<CryptoKey> {
  const key = await keySource.getKey(kid).catch((error: unknown) => {
    throw tokenRefused(`no signing keys: ${String(error)}`)
  })
  if (key === null) throw tokenRefused('kid is unknown')
  return key
}

/** Signature, header and registered claims by jose; its errors become ours. */
async function verifiedPayload(token: string, key: CryptoKey, options: JWTVerifyOptions) {
  try {
    const { payload } = await jwtVerify(token, key, options)
    return payload
  } catch (error) {
    throw tokenRefused(error instanceof Error ? error.message : String(error))
  }
}
