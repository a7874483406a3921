import { cookieGrants, type Grant, refreshTokenGrants } from './grants.ts'

/** Where a client's access tokens come from. Tokens are kept in memory only. */
export type TokenSource = {
  /**
   * A token that is good for at least another 30 seconds: of one workspace, or, without an id, of
   * the person alone. Calls at the same time share one request.
   * @throws PlatformError UNAUTHENTICATED once the session has ended
   */
  accessToken(workspaceId?: string): Promise<string>
  /** Forgets what is known of a workspace (or of all), so that the next call asks anew. */
  forget(workspaceId?: string): void
}

export type TokenSourceOptions = {
  /** Origin of the platform, for example `https://api.example.com`. */
  readonly url: string
  /** The refresh token of a sign-in; left out in a browser, where it is in an HttpOnly cookie. */
  readonly refreshToken?: string
  /** Told each time the refresh token is replaced, so that it can be stored. */
  readonly onRefreshToken?: (refreshToken: string) => void
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const NEUTRAL = ''
const SPARE_MS = 30_000

/** Keeps a session's tokens fresh: one without a workspace, and one for each workspace asked for. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { url, refreshToken, onRefreshToken, now = Date.now } = options
  const transport = { url, now, fetch: options.fetch ?? globalThis.fetch }
  const grants = refreshToken
    ? refreshTokenGrants(transport, { refreshToken, onRefreshToken })
    : cookieGrants(transport)
  const known = new Map<string, Grant>()
  const underWay = new Map<string, Promise<string>>()

  async function fetchGrant(workspaceId: string): Promise<string> {
    const grant =
      workspaceId === NEUTRAL
        ? await grants.refresh()
        : await grants.enter(workspaceId, await accessToken())
    known.set(workspaceId, grant)
    return grant.token
  }

  async function accessToken(workspaceId = NEUTRAL): Promise<string> {
    const grant = known.get(workspaceId)
    if (grant && grant.expiresAt - now() > SPARE_MS) return grant.token
    const running = underWay.get(workspaceId)
    if (running) return running
    const asked = fetchGrant(workspaceId).finally(() => underWay.delete(workspaceId))
    underWay.set(workspaceId, asked)
    return asked
  }

  return {
    accessToken,
    forget: (workspaceId) => {
      if (workspaceId === undefined) known.clear()
      else known.delete(workspaceId)
    },
  }
}
