import type { GatewayKeyring, TokenVerifier } from '@logicspike/auth'
import { ipPrefix } from '@logicspike/auth'
import { inTransaction } from '@logicspike/database'
import { AppError, ok, type Result, refuse } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ContextFactory, IdentityContext } from '../../context.ts'
import { requireGatewayKey, routeFacts } from '../../http/route-facts.ts'
import { authenticateClient, type OauthCaller } from './authenticate-client.ts'
import { readClientCredentials } from './client-credentials.ts'
import { grantClientCredentials } from './grant-client-credentials.ts'
import { grantRefreshToken } from './grant-refresh-token.ts'
import { grantTokenExchange } from './grant-token-exchange.ts'
import { type OauthForm, parseOauthForm, requireParameter } from './oauth-form.ts'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'
import { recogniseToken, revokeToken } from './revoke-token.ts'
import type { TokenResponse } from './token-response.ts'

type Dependencies = {
  readonly contexts: ContextFactory
  readonly verifier: TokenVerifier
  readonly keyring: GatewayKeyring
  readonly log: Logger
}

type OauthContext = IdentityContext & { readonly verifier: TokenVerifier }

type Grant = (
  ctx: OauthContext,
  caller: OauthCaller,
  form: OauthForm,
) => Promise<Result<TokenResponse, OauthRefusal>>

const grants: Readonly<Record<string, Grant>> = {
  refresh_token: grantRefreshToken,
  client_credentials: grantClientCredentials,
  'urn:ietf:params:oauth:grant-type:token-exchange': grantTokenExchange,
}

/** An access token has up to 8 KB; nothing else in a form is long. */
const BODY_LIMIT = 32 * 1024

/** `/oauth/token` (RFC 6749) and `/oauth/revoke` (RFC 7009): POST, form-encoded, never cached. */
export function oauthRoutes(http: FastifyInstance, deps: Dependencies): void {
  http.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      async (_request: FastifyRequest, body: string | Buffer) => body,
    )
    scope.addHook('onRequest', requireGatewayKey(deps.keyring))
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    })
    scope.setErrorHandler((error, _request, reply) => sendFailure(reply, error, deps.log))
    for (const [url, answer] of Object.entries({
      '/oauth/token': answerToken,
      '/oauth/revoke': answerRevoke,
    })) {
      scope.post(url, (request, reply) => handle(request, reply, deps, answer))
      scope.get(url, (_request, reply) => reply.code(405).header('allow', 'POST').send())
    }
  })
}

type Answer = (
  ctx: OauthContext,
  caller: OauthCaller,
  form: OauthForm,
) => Promise<Result<object, OauthRefusal>>

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Dependencies,
  answer: Answer,
): Promise<FastifyReply> {
  const facts = routeFacts(request, reply, deps.log)
  const ctx = { ...deps.contexts.forRequest(facts), verifier: deps.verifier }
  const result = await withCaller(ctx, request, answer)
  if (result.ok) return reply.send(result.value)
  return sendRefusal(reply, result.errors[0], request.headers.authorization !== undefined)
}

/** Reads the form, counts the try, authenticates the client, in this order. */
async function withCaller(
  ctx: OauthContext,
  request: FastifyRequest,
  answer: Answer,
): Promise<Result<object, OauthRefusal>> {
  const form = parseOauthForm(request.body)
  if (!form.ok) return form
  const credentials = readClientCredentials(request.headers.authorization, form.value)
  if (!credentials.ok) return credentials
  await ctx.limits.spend('oauthByNetwork', ipPrefix(ctx.clientIp))
  const caller = await authenticateClient(ctx, credentials.value)
  return caller.ok ? answer(ctx, caller.value, form.value) : caller
}

async function answerToken(
  ctx: OauthContext,
  caller: OauthCaller,
  form: OauthForm,
): Promise<Result<TokenResponse, OauthRefusal>> {
  const type = requireParameter(form, 'grant_type')
  if (!type.ok) return type
  const grant = Object.hasOwn(grants, type.value) ? grants[type.value] : undefined
  if (!grant) return refuse(oauthRefusal('unsupported_grant_type', 'This grant is not supported.'))
  return grant(ctx, caller, form)
}

async function answerRevoke(
  ctx: OauthContext,
  caller: OauthCaller,
  form: OauthForm,
): Promise<Result<object, OauthRefusal>> {
  const token = requireParameter(form, 'token')
  if (!token.ok) return token
  const offered = await recogniseToken(ctx, token.value)
  const result = await inTransaction(ctx, (tx) => revokeToken(tx, caller, offered))
  return result.ok ? ok({}) : result
}

/** RFC 6749 §5.2; the challenge is for clients that used the Authorization header. */
function sendRefusal(
  reply: FastifyReply,
  refusal: OauthRefusal | undefined,
  usedHeader: boolean,
): FastifyReply {
  const { status, error, description } =
    refusal ?? oauthRefusal('invalid_request', 'The request is refused.')
  if (status === 401 && usedHeader) reply.header('www-authenticate', 'Basic realm="logicspike"')
  return reply.code(status).send({ error, error_description: description })
}

/** What nobody below could mend, in the shape that OAuth clients read. */
function sendFailure(reply: FastifyReply, error: unknown, log: Logger): FastifyReply {
  if (error instanceof AppError) {
    const seconds = error.extensions.retryAfterSeconds
    if (typeof seconds === 'number') reply.header('retry-after', seconds)
    return reply
      .code(error.status)
      .send({ error: 'temporarily_unavailable', error_description: error.message })
  }
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return reply
      .code(status === 413 ? 413 : 400)
      .send({ error: 'invalid_request', error_description: 'The request is malformed.' })
  }
  log.error({ err: error }, 'an OAuth request failed')
  return reply
    .code(500)
    .send({ error: 'server_error', error_description: 'Something went wrong on our side.' })
}
