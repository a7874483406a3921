import { AppError, badRequest, type ErrorCode, internal } from '@logicspike/errors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'

/**
 * Errors outside of GraphQL execution, in the form that suits the route: a GraphQL response for
 * `/graphql`, problem details (RFC 9457) for the rest. Both carry a code of the closed set.
 */
export function useHttpErrors(
  http: FastifyInstance,
  metrics: Pick<GatewayMetrics, 'requestRefused'>,
): void {
  http.setErrorHandler((error: FastifyError, request, reply) => {
    const appError = asAppError(error)
    metrics.requestRefused(appError.code)
    if (appError.code === 'INTERNAL') request.log.error({ err: error }, 'a route failed')
    else request.log.info({ errorCode: appError.code, err: appError.cause }, 'request refused')
    return sendError(request, reply, appError)
  })
  http.setNotFoundHandler((request, reply) =>
    sendError(request, reply, new AppError('NOT_FOUND', 'There is nothing at this address.')),
  )
}

export function sendError(request: FastifyRequest, reply: FastifyReply, error: AppError) {
  const isGraphQL = request.routeOptions.url === '/graphql'
  reply.code(error.status).header('cache-control', 'no-store')
  return isGraphQL
    ? reply.type('application/json; charset=utf-8').send(asGraphQL(error, request.id))
    : reply.type('application/problem+json').send(JSON.stringify(asProblem(error, request.id)))
}

function asGraphQL({ message, code, extensions }: AppError, requestId: string) {
  return { errors: [{ message, extensions: { ...extensions, code, requestId } }] }
}

function asProblem({ message, code, status, extensions }: AppError, requestId: string) {
  return { ...extensions, title: message, status, code, requestId }
}

const BY_STATUS: Readonly<Record<number, { code: ErrorCode; message: string }>> = {
  404: { code: 'NOT_FOUND', message: 'There is nothing at this address.' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The request body is too large.' },
  503: { code: 'SERVICE_UNAVAILABLE', message: 'The service is about to stop. Try again.' },
}

/** Fastify's own errors (no JSON, too long, wrong media type) and ours, in our terms. */
export function asAppError(error: FastifyError): AppError {
  if (error instanceof AppError) return error
  const status = error.statusCode ?? 500
  const known = BY_STATUS[status]
  if (known) return new AppError(known.code, known.message)
  if (status >= 400 && status < 500) return badRequest('The request is malformed.')
  return internal(String(error), error)
}
