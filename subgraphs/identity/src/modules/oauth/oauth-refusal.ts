/** Error codes of RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 8693 §2.2.2 and RFC 9470 §3 in use here. */
type OauthErrorCode =
  | ('invalid_request' | 'invalid_client' | 'invalid_grant' | 'invalid_scope' | 'invalid_target')
  | ('unauthorized_client' | 'unsupported_grant_type' | 'unsupported_token_type')
  | 'insufficient_user_authentication'

/** An OAuth error as it is answered; all of it is public. */
export type OauthRefusal = {
  readonly status: 400 | 401
  readonly error: OauthErrorCode
  readonly description: string
}

export const oauthRefusal = (error: OauthErrorCode, description: string): OauthRefusal => ({
  status: 400,
  error,
  description,
})

/** RFC 6749 §5.2: 401, whichever way the client tried to authenticate. */
export const invalidClient = (): OauthRefusal => ({
  status: 401,
  error: 'invalid_client',
  description: 'The client is unknown or its authentication failed.',
})
