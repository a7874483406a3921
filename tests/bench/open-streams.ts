import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A stream of somebody whose token is about to be revoked. */
export type OpenStream = {
  readonly name: string
  /** The instant at which it was ended, by `performance.now()`. @throws where it ended otherwise */
  readonly ended: Promise<number>
}

const LISTEN = 'subscription { notificationReceived { unreadCount } }'
/** graphql-transport-ws: "Forbidden". */
const FORBIDDEN = 4403

/** Opens a WebSocket and an event stream at every gateway; resolves once all of them listen. */
export async function openStreams(
  gateways: readonly string[],
  token: string,
): Promise<readonly OpenStream[]> {
  return Promise.all(
    gateways.flatMap((url, index) => [
      openWebSocket(`WebSocket ${index + 1}`, url, token),
      openEventStream(`event stream ${index + 1}`, url, token),
    ]),
  )
}

async function openWebSocket(name: string, url: string, token: string): Promise<OpenStream> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const ended = once(socket, 'close').then(([code]) => {
    if (code !== FORBIDDEN) throw new Error(`${name} was closed with ${code}`)
    return performance.now()
  })
  const say = (message: object) => socket.send(JSON.stringify(message))
  await once(socket, 'open')
  say({ type: 'connection_init', payload: { accessToken: token } })
  await once(socket, 'message')
  say({ id: '1', type: 'subscribe', payload: { query: LISTEN } })
  // Answered after what was sent before it.
  say({ type: 'ping' })
  await once(socket, 'message')
  return { name, ended }
}

async function openEventStream(name: string, url: string, token: string): Promise<OpenStream> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: LISTEN }),
  })
  if (!response.ok) throw new Error(`${name} was answered ${response.status}`)
  const isOver = () => performance.now()
  return { name, ended: response.text().then(isOver, isOver) }
}
