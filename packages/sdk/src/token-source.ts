import { PlatformError } from './client-error.ts'

type Fetch = typeof globalThis.fetch

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
  readonly clientId?: string
  readonly fetch?: Fetch
  readonly now?: () => number
}

type Grant = { readonly token: string; readonly expiresAt: number }
type TokenAnswer = { access_token: string; expires_in: number; refresh_token?: string }

const NEUTRAL = ''
const SPARE_MS = 30_000
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Refreshes a session (RFC 6749 §6) and exchanges its tokens for workspace tokens (RFC 8693). */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const now = options.now ?? Date.now
  const grants = new Map<string, Grant>()
  const underWay = new Map<string, Promise<string>>()
  let refreshToken = options.refreshToken

  async function request(form: Readonly<Record<string, string>>): Promise<Grant> {
    const answer = await requestToken(options, form)
    if (answer.refresh_token) {
      refreshToken = answer.refresh_token
      options.onRefreshToken?.(answer.refresh_token)
    }
    return { token: answer.access_token, expiresAt: now() + answer.expires_in * 1000 }
  }

  const refresh = () =>
    request({ grant_type: 'refresh_token', ...(refreshToken && { refresh_token: refreshToken }) })

  const exchange = async (workspaceId: string) =>
    request({
      grant_type: TOKEN_EXCHANGE,
      subject_token: await accessToken(),
      subject_token_type: ACCESS_TOKEN,
      workspace_id: workspaceId,
    })

  async function fetchGrant(workspaceId: string): Promise<string> {
    const grant = await (workspaceId === NEUTRAL ? refresh() : exchange(workspaceId))
    grants.set(workspaceId, grant)
    return grant.token
  }

  async function accessToken(workspaceId = NEUTRAL): Promise<string> {
    const known = grants.get(workspaceId)
    if (known && known.expiresAt - now() > SPARE_MS) return known.token
    const running = underWay.get(workspaceId)
    if (running) return running
    const asked = fetchGrant(workspaceId).finally(() => underWay.delete(workspaceId))
    underWay.set(workspaceId, asked)
    return asked
  }

  return {
    accessToken,
    forget: (workspaceId) => {
      if (workspaceId === undefined) grants.clear()
      else grants.delete(workspaceId)
    },
  }
}

async function requestToken(
  options: TokenSourceOptions,
  form: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const send = options.fetch ?? globalThis.fetch
  const response = await send(new URL('/oauth/token', options.url), {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ client_id: options.clientId ?? 'logicspike-sdk', ...form }),
  })
  const body = (await response.json().catch(() => ({}))) as Partial<TokenAnswer> & OAuthError
  if (response.ok && body.access_token && body.expires_in) return body as TokenAnswer
  throw new PlatformError([
    {
      message: body.error_description ?? `The token endpoint answered ${response.status}.`,
      extensions: { code: response.status < 500 ? 'UNAUTHENTICATED' : 'UPSTREAM_UNAVAILABLE' },
    },
  ])
}

type OAuthError = { readonly error?: string; readonly error_description?: string }
