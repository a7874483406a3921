import { print } from 'graphql'
import {
  RefreshSessionDocument,
  type RefreshSessionMutation,
  SwitchWorkspaceDocument,
  type SwitchWorkspaceMutation,
} from './__generated__/operations.ts'
import { PlatformError, type PlatformErrorEntry } from './client-error.ts'

export type GrantOptions = {
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

/** An access token and the instant, in milliseconds, when it ends. */
export type Grant = { readonly token: string; readonly expiresAt: number }

/** The two ways to come by tokens: with the session's refresh token, or with its cookie. */
export type Grants = {
  refresh(): Promise<Grant>
  /** @param accessToken of the same session, without a workspace */
  enter(workspaceId: string, accessToken: string): Promise<Grant>
}

type TokenAnswer = { access_token: string; expires_in: number; refresh_token?: string }
type OAuthError = { readonly error?: string; readonly error_description?: string }

const CLIENT_ID = 'logicspike-app'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Native clients: the OAuth endpoint (RFC 6749 §6, RFC 8693) and a refresh token they keep. */
export function refreshTokenGrants(
  options: GrantOptions,
  session: { refreshToken: string; onRefreshToken?: ((refreshToken: string) => void) | undefined },
): Grants {
  let { refreshToken } = session

  async function ask(form: Readonly<Record<string, string>>): Promise<Grant> {
    const response = await options.fetch(new URL('/oauth/token', options.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ client_id: CLIENT_ID, ...form }),
    })
    const body = (await response.json().catch(() => ({}))) as Partial<TokenAnswer> & OAuthError
    if (!response.ok || !body.access_token || !body.expires_in) throw refusal(response, body)
    if (body.refresh_token) {
      refreshToken = body.refresh_token
      session.onRefreshToken?.(refreshToken)
    }
    return { token: body.access_token, expiresAt: options.now() + body.expires_in * 1000 }
  }

  return {
    refresh: () => ask({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    enter: (workspaceId, accessToken) =>
      ask({
        grant_type: TOKEN_EXCHANGE,
        subject_token: accessToken,
        subject_token_type: ACCESS_TOKEN,
        workspace_id: workspaceId,
      }),
  }
}

function refusal(response: Response, { error_description }: OAuthError): PlatformError {
  const message = error_description ?? `The token endpoint answered ${response.status}.`
  const code = response.status < 500 ? 'UNAUTHENTICATED' : 'UPSTREAM_UNAVAILABLE'
  return new PlatformError([{ message, extensions: { code } }])
}

type Answer = {
  readonly data?: Readonly<Record<string, Payload>> | null
  readonly errors?: readonly PlatformErrorEntry[]
}
type Payload = RefreshSessionMutation['refreshSession'] | SwitchWorkspaceMutation['switchWorkspace']

/** Browsers: the refresh token is in an HttpOnly cookie that goes along by itself. */
export function cookieGrants(options: GrantOptions): Grants {
  async function ask(query: string, input: object, accessToken?: string): Promise<Grant> {
    const response = await options.fetch(new URL('/graphql', options.url), {
      method: 'POST',
      credentials: 'include',
      headers: {
        'content-type': 'application/json',
        ...(accessToken && { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify({ query, variables: { input } }),
    })
    const { data, errors = [] } = (await response.json()) as Answer
    if (errors.length > 0) throw new PlatformError(errors, data)
    const payload = Object.values(data ?? {})[0] ?? null
    if (!payload?.tokens) throw endedSession(payload)
    const { accessToken: token, expiresAt } = payload.tokens
    return { token, expiresAt: Date.parse(expiresAt) }
  }

  return {
    refresh: () => ask(print(RefreshSessionDocument), {}),
    enter: (workspaceId, accessToken) =>
      ask(print(SwitchWorkspaceDocument), { workspaceId }, accessToken),
  }
}

function endedSession(payload: Payload): PlatformError {
  const message = payload?.userErrors[0]?.message ?? 'Sign in again.'
  return new PlatformError([{ message, extensions: { code: 'UNAUTHENTICATED' } }])
}
