import { GATEWAY_KEY_HEADER, type GatewayKeyring } from '@logicspike/auth'
import { unauthenticated } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import type { SecretBox } from '@logicspike/secrets'
import { acceptRequestId, type Logger } from '@logicspike/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CommunicationContext } from '../../context.ts'
import { textsFor } from '../letters/texts/texts-for.ts'
import {
  readUnsubscribeToken,
  UNSUBSCRIBE_PATH,
  type UnsubscribeRequest,
} from './unsubscribe-link.ts'
import { answerPage, PAGE_POLICY, questionPage } from './unsubscribe-page.ts'

/**
 * Switches mails of a category off for somebody.
 * @returns `mandatory` where the workspace has decided that they are sent
 */
export type Unsubscribe = (
  ctx: CommunicationContext,
  request: UnsubscribeRequest,
) => Promise<'done' | 'mandatory'>

export type UnsubscribeRouteDependencies = {
  readonly contextFor: (requestId: string) => CommunicationContext
  readonly keyring: GatewayKeyring
  readonly secretBox: SecretBox
  readonly unsubscribe: Unsubscribe
  /** Null where it is not known; the page then asks without it. */
  readonly workspaceNameOf: (
    ctx: CommunicationContext,
    workspaceId: IdOf<'workspace'>,
  ) => Promise<string | null>
  readonly log: Logger
}

/** The form and what mail programs send hold one short field, whatever its encoding. */
const BODY_LIMIT = 4 * 1024

/**
 * The page behind a letter's link. GET asks and changes nothing; POST does it and is what mail
 * programs call on a click of their own button (RFC 8058 §3.2): without cookies, and answered
 * without a redirect. The signed link is all the authority there is.
 */
export function unsubscribeRoute(http: FastifyInstance, deps: UnsubscribeRouteDependencies): void {
  http.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // `multipart/form-data` or a form; what is in it is always the same, so it is not looked at.
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      async () => undefined,
    )
    scope.addHook('onRequest', async (request) => {
      if (!deps.keyring.verify(request.headers[GATEWAY_KEY_HEADER])) {
        throw unauthenticated('route called without a valid gateway key')
      }
    })
    scope.get(UNSUBSCRIBE_PATH, async (request, reply) => {
      const { texts, wanted } = read(request, deps)
      if (!wanted) return sendPage(reply, 400, answerPage(texts, 'invalid'))
      const workspace = await nameOf(request, deps, wanted.workspaceId)
      return sendPage(reply, 200, questionPage(texts, wanted.category, workspace))
    })
    scope.post(UNSUBSCRIBE_PATH, async (request, reply) => {
      const { texts, wanted } = read(request, deps)
      if (!wanted) return sendPage(reply, 400, answerPage(texts, 'invalid'))
      const answer = await deps.unsubscribe(contextOf(request, deps), wanted)
      return sendPage(reply, answer === 'done' ? 200 : 409, answerPage(texts, answer))
    })
  })
}

function read(request: FastifyRequest, { secretBox }: UnsubscribeRouteDependencies) {
  const { request: token, lang } = request.query as Readonly<Record<string, unknown>>
  return {
    texts: textsFor(typeof lang === 'string' ? lang : ''),
    wanted: typeof token === 'string' ? readUnsubscribeToken(secretBox, token) : null,
  }
}

const contextOf = (request: FastifyRequest, deps: UnsubscribeRouteDependencies) =>
  deps.contextFor(acceptRequestId(request.headers['x-request-id']))

/** The page is of use without the name, so nothing depends on whoever knows it. */
async function nameOf(
  request: FastifyRequest,
  deps: UnsubscribeRouteDependencies,
  workspaceId: IdOf<'workspace'> | null,
): Promise<string | null> {
  if (workspaceId === null) return null
  return deps.workspaceNameOf(contextOf(request, deps), workspaceId).catch((error: unknown) => {
    deps.log.warn({ err: error, workspaceId }, 'the name of a workspace could not be learnt')
    return null
  })
}

const sendPage = (reply: FastifyReply, status: number, page: string): FastifyReply =>
  reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'content-security-policy': PAGE_POLICY })
    .type('text/html; charset=utf-8')
    .send(page)
