/** Listeners in a process of their own: what is measured must not share one with them. */
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export type ListenersTask = {
  /** Of the gateway, `ws://…/graphql`. */
  readonly url: string
  readonly token: string
  /** WebSockets, one subscription each. */
  readonly count: number
  /** Where to begin; from now on where it is null. */
  readonly after: string | null
}

/** How many events came so far, over all listeners, and how late, in milliseconds. */
export type Heard = { readonly events: number; readonly p50: number; readonly p99: number }

type Item = { platformEvents: { data?: { settings: readonly string[] } } }

/** Events say in their data when they were published. */
const LISTEN = `subscription ($after: String) {
  platformEvents(after: $after, types: ["workspace.settings_changed"]) {
    ... on PlatformEvent { id seq cursor data }
    ... on StreamCheckpoint { cursor }
  } }`

const task = JSON.parse(process.env.TASK ?? '') as ListenersTask
const lateness: number[] = []
const now = () => performance.timeOrigin + performance.now()

/** Resolves once it listens. What it hears is counted. */
function listen(): Promise<void> {
  const client = createClient({
    url: task.url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${task.token}` },
    retryAttempts: 0,
  })
  return new Promise((listening, reject) => {
    client.subscribe<Item>(
      { query: LISTEN, variables: { after: task.after } },
      {
        next({ data, errors }) {
          if (!data) return reject(new Error(JSON.stringify(errors)))
          const published = data.platformEvents.data?.settings[0]
          if (published === undefined) return listening()
          lateness.push(now() - Number(published))
        },
        error: (error) => {
          process.stderr.write(`a listener ended: ${JSON.stringify(error)}\n`)
          reject(error)
        },
        complete: () => reject(new Error('The stream ended.')),
      },
    )
  })
}

function heard(): Heard {
  const sorted = lateness.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { events: sorted.length, p50: at(0.5), p99: at(0.99) }
}

// Some at a time, as a crowd comes: a thousand handshakes at once would measure the handshake.
const AT_A_TIME = 50
process.on('message', () => process.send?.(heard()))
process.once('SIGTERM', () => process.exit(0))
if (task.after === null) {
  for (let begun = 0; begun < task.count; begun += AT_A_TIME) {
    const some = Math.min(AT_A_TIME, task.count - begun)
    await Promise.all(Array.from({ length: some }, listen))
  }
  process.send?.('listening')
} else {
  process.send?.('listening')
  await listen()
}
