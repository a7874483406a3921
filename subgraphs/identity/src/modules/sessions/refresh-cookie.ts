/**
 * Holds a browser's refresh token. The prefix makes browsers refuse it unless it is Secure, for
 * the whole host and from that host itself (RFC 6265bis §4.1.3.2), so that a sub-domain can neither
 * read nor plant it.
 */
export const REFRESH_COOKIE = '__Host-ls_refresh'

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict'

/** `Set-Cookie` for a token that is good until `expiresAt`. */
export function refreshCookie(token: string, expiresAt: Date, now: Date): string {
  const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000))
  return `${REFRESH_COOKIE}=${token}; Max-Age=${maxAge}; ${ATTRIBUTES}`
}

/** `Set-Cookie` that makes the browser forget the token. */
export const forgottenRefreshCookie = (): string => `${REFRESH_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`
