import type { GatewayKeyring } from '@logicspike/auth'
import type { Result } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ContextFactory } from '../../context.ts'
import { requireGatewayKey, routeFacts } from '../../http/route-facts.ts'
import { consoleLink } from '../mails/console-link.ts'
import { beginGoogleSignIn } from './begin-google-sign-in.ts'
import { type Arrival, finishGoogleTrip } from './finish-google-trip.ts'
import type { GoogleFailure } from './google-outcome.ts'

/** Where Google sends browsers back to; below the public URL. */
export const GOOGLE_CALLBACK_PATH = '/auth/google/callback'

type Dependencies = {
  readonly contexts: ContextFactory
  readonly keyring: GatewayKeyring
  readonly log: Logger
}

/**
 * `/auth/google/start?returnTo=/path` and the callback: the two stops of a browser that signs in
 * with Google. Both answer with a redirect, to Google or to the console, and nothing else.
 */
export function googleRoutes(
  http: FastifyInstance,
  { contexts, keyring, log }: Dependencies,
): void {
  http.register(async (scope) => {
    scope.addHook('onRequest', requireGatewayKey(keyring))
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    })

    scope.get('/auth/google/start', async (request, reply) => {
      const ctx = contexts.forRequest(routeFacts(request, reply, log))
      const returnTo = new URLSearchParams(queryOf(request.url)).get('returnTo') ?? '/'
      const begun = await beginGoogleSignIn(ctx, { returnTo })
      return redirectTo(reply, begun.ok ? begun.value : failurePage(ctx.config.consoleUrl, begun))
    })

    scope.get(GOOGLE_CALLBACK_PATH, async (request, reply) => {
      const ctx = contexts.forRequest(routeFacts(request, reply, log))
      const arrived = await finishGoogleTrip(ctx, queryOf(request.url))
      const { consoleUrl } = ctx.config
      return redirectTo(
        reply,
        arrived.ok ? arrivalPage(consoleUrl, arrived.value) : failurePage(consoleUrl, arrived),
      )
    })
  })
}

/** 303: whatever the method was, the browser goes on with GET (RFC 9110 §15.4.4). */
const redirectTo = (reply: FastifyReply, url: string): FastifyReply => reply.redirect(url, 303)

const queryOf = (url: string): string => {
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark)
}

function arrivalPage(consoleUrl: string, { returnTo, secondStep }: Arrival): string {
  if (!secondStep) return consoleLink(consoleUrl, returnTo)
  const url = new URL('/sign-in/second-step', consoleUrl)
  url.searchParams.set('returnTo', returnTo)
  return url.href
}

function failurePage(consoleUrl: string, result: Result<unknown, GoogleFailure>): string {
  const url = new URL('/sign-in', consoleUrl)
  const reason = result.ok ? undefined : result.errors[0]
  url.searchParams.set('error', reason ?? 'google-refused')
  return url.href
}
