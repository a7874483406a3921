import type { FastifyRequest } from 'fastify'
import { CloseCode, makeServer } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { StreamDesk } from './stream-desk.ts'
import {
  createSocketOperations,
  type SocketClient,
  type SocketDoor,
} from './web-socket-operations.ts'

export type WebSockets = {
  /** Takes over a socket whose upgrade was allowed. */
  serve(socket: WebSocket, request: FastifyRequest): void
  /** Waits until what every client was told has been sent, then closes the sockets. */
  stop(): Promise<void>
}

type Entry = {
  readonly socket: WebSocket
  /** What is being done for its messages; an operation is among them until it is over. */
  readonly running: Set<Promise<void>>
  isAlive: boolean
  /** Resolves when the message before has been let in. */
  turn: Promise<unknown>
}

/** RFC 6455 and IANA: the server restarts; clients of graphql-ws come again. */
const SERVICE_RESTART = 1012
const TRY_AGAIN_LATER = 1013
const INTERNAL_ERROR = 1011
/** Buffers of this many, as a socket has several operations, and the client is not reading. */
const FULL_BUFFERS = 4

/**
 * Serves GraphQL over WebSocket: graphql-ws speaks the protocol (`graphql-transport-ws`, its
 * PROTOCOL.md), this connects it to sockets and looks after their health.
 */
export function createWebSockets(door: SocketDoor): WebSockets {
  const { desk, log } = door
  const { limits } = desk
  const operations = createSocketOperations(door)
  const server = makeServer({ ...operations, connectionInitWaitTimeout: limits.initTimeoutMs })
  const entries = new Set<Entry>()
  const pings = keepAlive(entries, limits.pingMs)

  function serve(socket: WebSocket, request: FastifyRequest): void {
    const entry: Entry = { socket, running: new Set(), isAlive: true, turn: Promise.resolve() }
    const client: SocketClient = clientOf(socket, request)
    socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket failed'))
    const giveBack = countAddress(desk, request.ip)
    if (!giveBack) {
      socket.close(TRY_AGAIN_LATER, 'Too many connections')
      return
    }
    entries.add(entry)

    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => receive(entry, request.ip, handle, door),
      },
      client,
    )
    socket.on('pong', () => {
      entry.isAlive = true
    })
    socket.once('close', (code, reason) => {
      entries.delete(entry)
      giveBack()
      closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'WebSocket'))
    })
  }

  return {
    serve,
    async stop() {
      clearInterval(pings)
      await Promise.all([...entries].map((entry) => farewell(entry, limits.farewellMs)))
    },
  }
}

function clientOf(socket: WebSocket, { raw, ip, headers }: FastifyRequest): SocketClient {
  return {
    socket,
    upgrade: raw,
    clientIp: ip,
    userAgent: headers['user-agent']?.slice(0, 500) ?? null,
    origin: headers.origin ?? null,
    caller: { principal: null, accessToken: null },
    ending: null,
    onGone: [],
  }
}

/** @returns null where the address has too many already */
function countAddress({ connections }: StreamDesk, ip: string): (() => void) | null {
  try {
    return connections.ofAddress(ip)
  } catch {
    return null
  }
}

/** Resolves when the operating system took it, so that sources wait for slow clients. */
function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve()
    // What cannot be sent is nobody's loss: the socket is about to tell of its end.
    socket.send(text, () => resolve())
  })
}

/** Lets the network's messages in, in their order, as far as its budget holds. */
function receive(
  entry: Entry,
  clientIp: string,
  handle: (text: string) => Promise<void>,
  { desk: { limits, budgets }, log }: SocketDoor,
): void {
  const { socket, running } = entry

  function admitted(): Promise<boolean> {
    const admission = budgets.admit(clientIp)
    const turn = entry.turn.then(() => admission)
    entry.turn = turn.catch(() => undefined)
    return turn.then((isAdmitted) => {
      if (!isAdmitted) socket.close(TRY_AGAIN_LATER, 'Too many messages')
      return isAdmitted
    })
  }

  // Of the WebSocket protocol: answered by `ws` by itself, and no cheaper to send than others.
  socket.on('ping', () => {
    admitted().catch((error: unknown) => refuse(socket, error, log))
  })
  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return
    entry.isAlive = true
    if (isBinary) return socket.close(CloseCode.BadRequest, 'Invalid message received')
    // It asks and asks and does not read the answers.
    if (socket.bufferedAmount > FULL_BUFFERS * limits.bufferedBytes) return socket.terminate()
    const work = admitted()
      .then((isAdmitted) => {
        if (isAdmitted && socket.readyState === socket.OPEN) return handle(String(data))
      })
      .catch((error: unknown) => refuse(socket, error, log))
      .finally(() => running.delete(work))
    running.add(work)
  })
}

/** graphql-ws throws for messages that only servers send; anything else is a fault of ours. */
function refuse(socket: WebSocket, error: unknown, log: SocketDoor['log']): void {
  if (String(error).includes('Unexpected message of type')) {
    socket.close(CloseCode.BadRequest, 'Invalid message received')
  } else {
    log.error({ err: error }, 'a WebSocket message failed')
    socket.close(INTERNAL_ERROR, 'Internal error')
  }
}

function keepAlive(entries: ReadonlySet<Entry>, pingMs: number): NodeJS.Timeout {
  const timer = setInterval(() => {
    for (const entry of entries) {
      if (!entry.isAlive) entry.socket.terminate()
      else if (entry.socket.readyState === entry.socket.OPEN) {
        entry.isAlive = false
        entry.socket.ping()
      }
    }
  }, pingMs)
  timer.unref()
  return timer
}

async function farewell({ socket, running }: Entry, farewellMs: number): Promise<void> {
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  if (socket.readyState === socket.CLOSED) return
  const timer = setTimeout(() => socket.terminate(), farewellMs)
  await Promise.race([Promise.allSettled(running), gone])
  socket.close(SERVICE_RESTART, 'Service restart')
  await gone
  clearTimeout(timer)
}
