import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { StreamDesk } from '../streams/stream-desk.ts'
import { createFrameBorder } from './frame-border.ts'
import type { Visit } from './note-service.ts'
import { sendServiceAnswer } from './send-service-answer.ts'
import type { Admitted } from './service.route.ts'
import { askForWebSocket, checkHandshake, switchingHead } from './web-socket-handshake.ts'

export type Tunnels = {
  /**
   * Asks the service for a WebSocket and, where it agrees, connects both ends. Where it does not, its
   * answer is the client's.
   * @throws AppError where there is no answer
   */
  open(
    request: FastifyRequest,
    reply: FastifyReply,
    admitted: Admitted,
    visit: Visit,
  ): Promise<unknown>
  /** Tells every client, waits a little for them to go, and closes the rest. */
  stop(): Promise<void>
}

type Tunnel = { close(code: number, reason: string): void; readonly gone: Promise<void> }

/** Both ends of a tunnel, and what each has sent already. */
type Agreed = {
  readonly head: IncomingMessage
  readonly server: Duplex
  readonly rest: Buffer
}

const SERVICE_RESTART = 1012
const NOT_ALLOWED_ANY_LONGER = 4403
const SWITCHING_PROTOCOLS = 101
/** Between signs of life that TCP asks for, so that a client that is gone is noticed. */
const PROBE_MS = 12_000

/**
 * WebSockets to services are tunnels: once both sides agreed, bytes go through as they are, each side
 * as fast as the other reads. Only the ends of frames are looked for, so that a client can be told
 * by a close frame why its tunnel ends.
 */
export function createTunnels(http: FastifyInstance, desk: StreamDesk): Tunnels {
  const tunnels = new Set<Tunnel>()
  const sentEarly = keepEarlyBytes(http)

  function connect(request: FastifyRequest, agreed: Agreed, visit: Visit, onGone: (() => void)[]) {
    const client: Socket = request.raw.socket
    const { head, server, rest } = agreed
    const border = createFrameBorder()
    const closed = Promise.withResolvers<void>()
    const tunnel: Tunnel = {
      gone: closed.promise,
      close(code, reason) {
        border.close(code, reason)
        setTimeout(() => client.destroy(), desk.limits.farewellMs).unref()
      },
    }
    tunnels.add(tunnel)
    onGone.push(() => tunnels.delete(tunnel))
    if (visit.caller) {
      const end = () => tunnel.close(NOT_ALLOWED_ANY_LONGER, 'Forbidden')
      onGone.push(desk.callers.watch(visit.caller, end))
    }
    client.once('close', () => {
      server.destroy()
      for (const leave of onGone) leave()
      visit.end(SWITCHING_PROTOCOLS)
      closed.resolve()
    })
    client.setTimeout(0)
    client.setNoDelay(true)
    client.setKeepAlive(true, PROBE_MS)
    client.write(switchingHead(head, request.id))
    border.stream.write(rest)
    server.write(sentEarly(request.raw))
    // What ends or fails on one side ends the other.
    pipeline(client, server, () => server.destroy())
    pipeline(server, border.stream, client, () => client.destroy())
  }

  return {
    async open(request, reply, admitted, visit) {
      checkHandshake(request, admitted.service.definition.webSockets)
      const onGone = countConnection(request, admitted, desk)
      const leave = () => {
        for (const giveBack of onGone) giveBack()
      }
      const answer = await askForWebSocket(admitted, visit).catch((error: unknown) => {
        leave()
        throw error
      })
      if (answer.kind === 'refused') {
        leave()
        const { statusCode = 502, headers } = answer.head
        const refusal = { statusCode, headers, body: answer.head }
        sendServiceAnswer(reply, refusal, { caller: admitted.caller, desk })
        // Until then the framework takes the request for one that nobody has answered.
        await finished(reply.raw, { error: false })
        return
      }
      visit.takeOver()
      reply.hijack()
      reply.raw.detachSocket(request.raw.socket)
      connect(request, answer, visit, onGone)
    },
    async stop() {
      for (const tunnel of tunnels) tunnel.close(SERVICE_RESTART, 'Service restart')
      await Promise.all([...tunnels].map(({ gone }) => gone))
    },
  }
}

/** What clients send without waiting for the answer to their handshake belongs to the tunnel. */
function keepEarlyBytes(http: FastifyInstance): (request: IncomingMessage) => Buffer {
  const early = new WeakMap<IncomingMessage, Buffer>()
  const keep = (request: IncomingMessage, _socket: Duplex, head: Buffer) => early.set(request, head)
  http.server.on('upgrade', keep)
  http.addHook('preClose', async () => void http.server.off('upgrade', keep))
  return (request) => early.get(request) ?? Buffer.alloc(0)
}

/** @throws AppError RATE_LIMITED where there are too many already */
function countConnection(
  { ip }: FastifyRequest,
  { caller }: Admitted,
  { connections }: StreamDesk,
): (() => void)[] {
  const giveBack = connections.ofAddress(ip)
  try {
    return [giveBack, connections.ofCaller(caller.principal)]
  } catch (error) {
    giveBack()
    throw error
  }
}
