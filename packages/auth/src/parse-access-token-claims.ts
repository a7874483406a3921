import { isId } from '@logicspike/ids'
import {
  ACCESS_TOKEN_MAX_TTL_SECONDS,
  type AccessTokenClaims,
  CLOCK_TOLERANCE_SECONDS,
} from './access-token.ts'
import { isServiceName } from './permissions/permission.ts'
import { parseScope } from './permissions/scopes.ts'
import { tokenRefused } from './token-refused.ts'

type Json = Readonly<Record<string, unknown>>

/** 9999-12-31T23:59:59Z. Anything later is a mistake of units or an attack. */
const LAST_INSTANT = 253_402_300_799

/**
 * Checks the claims of an access token member by member (RFC 9068 §2.2 and §4) and gives them
 * their type. Members it does not know are ignored (RFC 7519 §4), except inside `ep` and `act`.
 * Issuer, audience and expiry are compared by the verifier, not here.
 * @throws AppError UNAUTHENTICATED
 */
export function parseAccessTokenClaims(payload: unknown): AccessTokenClaims {
  const claims = asObject(payload, 'claims')
  for (const name of ['iss', 'aud', 'sub', 'jti', 'client_id']) requireText(claims, name)
  requireTimes(claims)
  if (parseScope(claims.scope) === null) throw tokenRefused('scope is malformed')
  requireList(claims, 'services', isServiceName)
  if (claims.tid !== undefined && !isId('workspace', claims.tid)) {
    throw tokenRefused('tid is no workspace id')
  }
  if (claims.sid === undefined) requireService(claims)
  else requireUser(claims)
  return claims as AccessTokenClaims
}

function requireUser(claims: Json): void {
  if (!isId('session', claims.sid)) throw tokenRefused('sid is no session id')
  if (!isId('user', claims.sub)) throw tokenRefused('sub is no user id')
  requireList(claims, 'amr', isShortWord)
  requireInstant(claims, 'auth_time')
  requireEpochs(claims, claims.tid === undefined ? ['s'] : ['s', 'm'])
  if (claims.act !== undefined) requireActor(claims.act)
}

/** RFC 9068 §2.2: where no resource owner is involved, `sub` identifies the client. */
function requireService(claims: Json): void {
  if (claims.sub !== claims.client_id) throw tokenRefused('sid is missing')
  if (claims.act !== undefined) throw tokenRefused('a service token has no actor')
  if (claims.amr !== undefined) requireList(claims, 'amr', isShortWord)
  if (claims.auth_time !== undefined) requireInstant(claims, 'auth_time')
  requireEpochs(claims, [])
}

function requireTimes(claims: Json): void {
  const issued = requireInstant(claims, 'iat')
  const expires = requireInstant(claims, 'exp')
  if (claims.nbf !== undefined) requireInstant(claims, 'nbf')
  if (expires <= issued) throw tokenRefused('exp is not after iat')
  if (expires - issued > ACCESS_TOKEN_MAX_TTL_SECONDS) throw tokenRefused('it lives too long')
}

/** Exactly these epochs: one that is missing could not be revoked, one too many is not understood. */
function requireEpochs(claims: Json, names: readonly string[]): void {
  const epochs = asObject(claims.ep, 'ep')
  const complete =
    Object.keys(epochs).length === names.length && names.every((name) => isCount(epochs[name]))
  if (!complete) throw tokenRefused('ep does not hold the epochs of this kind of token')
}

function requireActor(act: unknown): void {
  const actor = asObject(act, 'act')
  requireText(actor, 'sub')
  if (Object.keys(actor).length !== 1) throw tokenRefused('act has more than a sub')
}

function requireText(claims: Json, name: string): void {
  const value = claims[name]
  if (typeof value !== 'string' || value === '' || value.length > 255) {
    throw tokenRefused(`${name} is not a short text`)
  }
}

function requireList(claims: Json, name: string, accepts: (item: unknown) => boolean): void {
  const value = claims[name]
  if (!Array.isArray(value) || !value.every(accepts)) throw tokenRefused(`${name} is malformed`)
}

/** NumericDate (RFC 7519 §2), whole seconds only; a float or text is not one of ours. */
function requireInstant(claims: Json, name: string): number {
  const value = claims[name]
  if (!isCount(value) || value > LAST_INSTANT) throw tokenRefused(`${name} is no whole second`)
  return value
}

function asObject(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw tokenRefused(`${name} is no object`)
  }
  return value as Json
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

const isShortWord = (value: unknown): boolean =>
  typeof value === 'string' && /^[a-z][a-z0-9_-]{0,31}$/.test(value)

/** RFC 7519 §4.1.4: dead on and after `exp`, here with the tolerance. @param now epoch seconds */
export function isExpired(claims: AccessTokenClaims, now: number): boolean {
  return claims.exp <= now - CLOCK_TOLERANCE_SECONDS
}

/**
 * Checks the claims that time changes: expiry, and that nothing lies ahead.
 * RFC 7519 §4.1.4–4.1.6, with at most CLOCK_TOLERANCE_SECONDS of leeway.
 * @param now epoch seconds
 */
export function requireCurrent(claims: AccessTokenClaims, now: number): void {
  const latest = now + CLOCK_TOLERANCE_SECONDS
  if (isExpired(claims, now)) throw tokenRefused('it expired')
  if (claims.iat > latest) throw tokenRefused('iat lies ahead')
  if ((claims.nbf ?? 0) > latest) throw tokenRefused('nbf lies ahead')
  if ((claims.auth_time ?? 0) > latest) throw tokenRefused('auth_time lies ahead')
}
