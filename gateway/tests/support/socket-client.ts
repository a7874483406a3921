import { once } from 'node:events'
import WebSocket from 'ws'

export type SocketMessage = { type: string; id?: string; payload?: unknown }

export type SocketClient = {
  readonly socket: WebSocket
  /** An object goes as JSON, a text as it is. */
  send(message: object | string): void
  /** The next message; rejects where the socket closes instead. */
  next(): Promise<SocketMessage>
  /** Code and reason of the close. */
  readonly closed: Promise<{ code: number; reason: string }>
  /** Sends `connection_init` and waits for its acknowledgement. */
  init(payload?: object): Promise<void>
  subscribe(id: string, query: string, variables?: object): void
}

type Options = { readonly protocol?: string | null; readonly headers?: Record<string, string> }

/** A bare WebSocket: what is sent and what comes is seen as it is. */
export async function openSocket(url: string, options: Options = {}): Promise<SocketClient> {
  const { protocol = 'graphql-transport-ws', headers = {} } = options
  const address = `${url.replace('http', 'ws')}/graphql`
  const socket = new WebSocket(address, protocol === null ? [] : [protocol], { headers })
  const arrived: SocketMessage[] = []
  let wake: () => void = () => undefined
  socket.on('message', (data) => {
    arrived.push(JSON.parse(String(data)))
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      resolve({ code, reason: String(reason) })
      wake()
    })
  })
  await once(socket, 'open')

  const client: SocketClient = {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next() {
      while (arrived.length === 0) {
        if (socket.readyState === WebSocket.CLOSED) {
          throw new Error(`closed instead: ${JSON.stringify(await closed)}`)
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return arrived.shift() as SocketMessage
    },
    async init(payload) {
      client.send({ type: 'connection_init', payload })
      const { type } = await client.next()
      if (type !== 'connection_ack') throw new Error(`${type} instead of connection_ack`)
    },
    subscribe(id, query, variables) {
      client.send({ id, type: 'subscribe', payload: { query, variables } })
    },
  }
  return client
}
