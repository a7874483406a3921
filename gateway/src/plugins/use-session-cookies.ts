/**
 * Cookies of the platform's own, by the prefix that makes browsers bind them to this very host
 * (RFC 6265bis §4.1.3.2). Others on the domain are nobody's business here.
 */
const OWN_COOKIE = /^__Host-ls_[A-Za-z0-9_-]+$/

/** Which pages may use a session: our own origin and those that CORS is configured for. */
export type OriginPolicy = { isAllowed(origin: string, host: string | undefined): boolean }

/**
 * The platform's cookies of a request, for identity alone. Where a browser says which page sent the
 * request and that page is a stranger's, they are left out: the request is answered as if the
 * person were not signed in (ASVS 3.5.1).
 * @returns a Cookie header, or null where nothing of it is left
 */
export function useSessionCookies(
  headers: { cookie?: string | undefined; origin?: string | undefined; host?: string | undefined },
  policy: OriginPolicy,
): string | null {
  if (headers.cookie === undefined) return null
  if (headers.origin !== undefined && !policy.isAllowed(headers.origin, headers.host)) return null
  const own = headers.cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => OWN_COOKIE.test(pair.slice(0, Math.max(0, pair.indexOf('=')))))
  return own.length === 0 ? null : own.join('; ')
}

/** @param origins allowed beside the gateway's own, as `scheme://host[:port]` */
export function createOriginPolicy(origins: readonly string[]): OriginPolicy {
  const allowed = new Set(origins)
  return {
    isAllowed(origin, host) {
      if (allowed.has(origin)) return true
      return host !== undefined && (origin === `https://${host}` || origin === `http://${host}`)
    },
  }
}
