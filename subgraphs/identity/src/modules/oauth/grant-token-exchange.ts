import type { TokenVerifier } from '@logicspike/auth'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { Session } from '../sessions/session.entity.ts'
import { type ProvenSession, sessionAsProven } from '../sessions/session-as-proven.ts'
import { isLive } from '../sessions/session-rules.ts'
import { requestWorkspaceGrant } from '../tokens/request-workspace-grant.ts'
import type { OauthCaller } from './authenticate-client.ts'
import { grantRefreshToken } from './grant-refresh-token.ts'
import { type OauthForm, requireParameter } from './oauth-form.ts'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'
import {
  ACCESS_TOKEN_TYPE,
  REFRESH_TOKEN_TYPE,
  type TokenResponse,
  tokenResponse,
} from './token-response.ts'
import { verifyIfValid } from './verify-if-valid.ts'
import { workspaceRefusal } from './workspace-refusal.ts'

/** Parameters of RFC 8693 §2.1 that would ask for what we do not do; ignoring them would mislead. */
const unsupported = ['actor_token', 'actor_token_type', 'resource', 'audience']

/**
 * RFC 8693: a session's token for one workspace, named by `workspace_id`, an identifier of ours that
 * is neither a `resource` (a URI) nor an `audience` (a service). The subject token is the user's
 * access token, or the session's refresh token.
 */
export async function grantTokenExchange(
  ctx: ExchangeContext,
  caller: OauthCaller,
  form: OauthForm,
): Promise<Result<TokenResponse, OauthRefusal>> {
  const asked = checkParameters(form)
  if (!asked.ok) return asked
  const granted =
    asked.value.subjectType === REFRESH_TOKEN_TYPE
      ? await exchangeRefreshToken(ctx, caller, asked.value)
      : await exchangeAccessToken(ctx, caller, asked.value)
  return granted.ok ? ok({ ...granted.value, issued_token_type: ACCESS_TOKEN_TYPE }) : granted
}

async function exchangeAccessToken(
  ctx: ExchangeContext,
  { clientId }: OauthCaller,
  { subjectToken, workspaceId }: Exchange,
): Promise<Result<TokenResponse, OauthRefusal>> {
  const session = await sessionOfAccessToken(ctx, subjectToken)
  if (!session || session.clientId !== clientId || !isLive(session, ctx.clock.now())) {
    return refuse(invalidSubject())
  }
  const grant = await requestWorkspaceGrant(ctx, session, workspaceId)
  if (!grant.ok) return refuse(...grant.errors.map(workspaceRefusal))
  const minted = await ctx.tokens.forSession(session, grant.value)
  return ok(tokenResponse(minted, ctx.clock.now()))
}

/**
 * A refresh token is used up here as everywhere, and the answer has the next one: were it good for
 * more than one use, a copy could be used without anybody noticing.
 */
async function exchangeRefreshToken(
  ctx: ExchangeContext,
  caller: OauthCaller,
  { subjectToken, workspaceId }: Exchange,
): Promise<Result<TokenResponse, OauthRefusal>> {
  const form = new Map([
    ['refresh_token', subjectToken],
    ['workspace_id', workspaceId],
  ])
  const granted = await grantRefreshToken(ctx, caller, form)
  if (granted.ok) return granted
  return refuse(
    ...granted.errors.map((it) => (it.error === 'invalid_grant' ? invalidSubject() : it)),
  )
}

/** RFC 8693 §2.2.2 calls a bad subject token an invalid request. */
const invalidSubject = () => oauthRefusal('invalid_request', 'The subject token is not valid.')

type ExchangeContext = IdentityContext & { readonly verifier: TokenVerifier }

type Exchange = {
  readonly subjectToken: string
  readonly subjectType: string
  readonly workspaceId: string
}

function checkParameters(form: OauthForm): Result<Exchange, OauthRefusal> {
  const stranger = unsupported.find((name) => form.has(name))
  if (stranger) return refuse(oauthRefusal('invalid_request', `${stranger} is not supported.`))
  const subjectToken = requireParameter(form, 'subject_token')
  if (!subjectToken.ok) return subjectToken
  const subjectType = requireParameter(form, 'subject_token_type')
  if (!subjectType.ok) return subjectType
  const workspaceId = requireParameter(form, 'workspace_id')
  if (!workspaceId.ok) return workspaceId
  const wanted = form.get('requested_token_type') ?? ACCESS_TOKEN_TYPE
  const isKnown = [ACCESS_TOKEN_TYPE, REFRESH_TOKEN_TYPE].includes(subjectType.value)
  if (!isKnown || wanted !== ACCESS_TOKEN_TYPE) {
    return refuse(oauthRefusal('invalid_request', 'A token type is not supported.'))
  }
  return ok({
    subjectToken: subjectToken.value,
    subjectType: subjectType.value,
    workspaceId: workspaceId.value,
  })
}

/** Tokens of services, of impersonators and of ended sessions name no session of a person's own. */
async function sessionOfAccessToken(
  ctx: ExchangeContext,
  token: string,
): Promise<ProvenSession | null> {
  const principal = await verifyIfValid(ctx.verifier, token)
  if (!principal?.sessionId || principal.actor !== null) return null
  const session = await ctx.em.findOne(Session, { id: principal.sessionId })
  return session && sessionAsProven(session, principal)
}
