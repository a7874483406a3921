import websocket from '@fastify/websocket'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance } from 'fastify'
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws'

type Options = { readonly maxMessageBytes: number; readonly log: Logger }

/**
 * Lets routes take WebSockets. An upgrade passes the hooks of its route like any request, so that
 * what refuses it answers by HTTP.
 */
export async function useWebSockets(http: FastifyInstance, { maxMessageBytes, log }: Options) {
  await http.register(websocket, {
    options: {
      maxPayload: maxMessageBytes,
      // It costs memory by connection, and a few bytes can make it cost more.
      perMessageDeflate: false,
      handleProtocols: (offered) =>
        offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    },
    // Such as a message that is too long: `ws` closes with the code for it by itself.
    errorHandler: (error) => log.debug({ err: error }, 'a WebSocket failed'),
    // Clients are told before the door closes.
    preClose: (done) => done(),
  })
}
