import { acceptRequestId } from '@logicspike/telemetry'
import type { FastifyInstance, RawRequestDefaultExpression, RawServerDefault } from 'fastify'

/** The client's request id where it is well formed (a repeated header is not), a new one otherwise. */
export function requestIdOf(request: RawRequestDefaultExpression<RawServerDefault>): string {
  return acceptRequestId(request.headers['x-request-id'])
}

/** Tells the id in every answer, so that whoever reports a fault can quote it. */
export function useRequestId(http: FastifyInstance): void {
  http.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
}
