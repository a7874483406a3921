import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { refreshSession, requestGrantForToken } from '../sessions/refresh-session.ts'
import type { SessionEndedError } from '../sessions/session.errors.ts'
import { clientIdOf } from '../sessions/session-rules.ts'
import type { WorkspaceRefusal } from '../tokens/workspace-grant.errors.ts'
import type { OauthCaller } from './authenticate-client.ts'
import { type OauthForm, requireParameter } from './oauth-form.ts'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'
import { type TokenResponse, tokenResponse } from './token-response.ts'
import { workspaceRefusal } from './workspace-refusal.ts'

/**
 * RFC 6749 §6. `workspace_id` asks for a token of that workspace; `scope` is not read, the answer
 * says what is permitted (§3.3). A browser's refresh token lives in its cookie and is refreshed
 * over GraphQL, where the Origin is looked at; here it is refused.
 */
export async function grantRefreshToken(
  ctx: IdentityContext,
  { clientId }: OauthCaller,
  form: OauthForm,
): Promise<Result<TokenResponse, OauthRefusal>> {
  const token = requireParameter(form, 'refresh_token')
  if (!token.ok) return token
  if (clientId === clientIdOf('COOKIE')) {
    return refuse(oauthRefusal('unauthorized_client', 'This client refreshes by its cookie.'))
  }
  const presented = { token: token.value, clientId, path: null }
  const workspace = await requestGrantForToken(ctx, presented, form.get('workspace_id'))
  const result = await inTransaction(ctx, (tx) => refreshSession(tx, { presented, workspace }))
  if (!result.ok) return refuse(...result.errors.map(toOauth))
  const { refreshToken } = result.value
  return ok({
    ...tokenResponse(result.value, ctx.clock.now()),
    ...(refreshToken && { refresh_token: refreshToken }),
  })
}

const toOauth = (error: SessionEndedError | WorkspaceRefusal): OauthRefusal =>
  error.__typename === 'SessionEndedError'
    ? oauthRefusal('invalid_grant', error.message)
    : workspaceRefusal(error)
