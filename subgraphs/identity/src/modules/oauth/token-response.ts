import type { MintedToken } from '../tokens/token-minter.ts'

export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'
export const REFRESH_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:refresh_token'

/** RFC 6749 §5.1, RFC 8693 §2.2.1; `workspace_id` is ours and says what the token is for. */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  readonly workspace_id?: string
  readonly refresh_token?: string
  readonly issued_token_type?: typeof ACCESS_TOKEN_TYPE
}

export function tokenResponse(minted: MintedToken, now: Date): TokenResponse {
  const { accessToken, expiresAt, scope, workspaceId } = minted
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)),
    scope,
    ...(workspaceId && { workspace_id: workspaceId }),
  }
}
