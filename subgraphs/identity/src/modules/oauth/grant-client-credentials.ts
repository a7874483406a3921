import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import type { OauthCaller } from './authenticate-client.ts'
import { narrowScope } from './narrow-scope.ts'
import type { OauthForm } from './oauth-form.ts'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'
import { type TokenResponse, tokenResponse } from './token-response.ts'

/**
 * RFC 6749 §4.4: a service's token in its own name, for no workspace, with what it asks for of what
 * it was registered with. No refresh token (§4.4.3).
 */
export async function grantClientCredentials(
  ctx: IdentityContext,
  caller: OauthCaller,
  form: OauthForm,
): Promise<Result<TokenResponse, OauthRefusal>> {
  if (caller.kind !== 'confidential') {
    return refuse(oauthRefusal('unauthorized_client', 'This grant needs a client secret.'))
  }
  const scope = narrowScope(caller.permissions, form.get('scope'))
  if (!scope.ok) return scope
  const minted = await ctx.tokens.forClient(caller.clientId, scope.value)
  return ok(tokenResponse(minted, ctx.clock.now()))
}
