/**
 * A subscriber as a process: listens to some workspaces through the gateway, notes every event
 * before it takes the next, and after any break goes on from what it noted.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { openJournal, readJournal } from './subscriber-journal.ts'

export type SubscriberTask = {
  /** Of the gateway, `ws://…/graphql`. */
  readonly url: string
  /** Path of the file to note events in. */
  readonly journal: string
  readonly listeners: readonly { readonly tenantId: string; readonly token: string }[]
}

type Item = { platformEvents: { id?: string; seq?: number; type?: string; cursor: string } }

const LISTEN = `subscription ($after: String) {
  platformEvents(after: $after, types: ["workspace.settings_changed"]) {
    ... on PlatformEvent { id seq type cursor }
    ... on StreamCheckpoint { cursor }
  } }`

/** Between a break and the next try. Milliseconds. */
const AGAIN_AFTER_MS = 100

const task = JSON.parse(process.env.TASK ?? '') as SubscriberTask
const noted = readJournal(task.journal)
const journal = openJournal(task.journal)

for (const { tenantId, token } of task.listeners) {
  const last = noted.findLast((line) => line.tenantId === tenantId)
  void listen(tenantId, token, last?.cursor ?? 'EARLIEST')
}
process.send?.('ready')
process.once('SIGTERM', () => process.exit(0))

async function listen(tenantId: string, token: string, from: string): Promise<never> {
  for (let after = from; ; ) {
    const client = createClient({
      url: task.url,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    })
    try {
      for await (const { data } of client.iterate<Item>({ query: LISTEN, variables: { after } })) {
        const item = data?.platformEvents
        if (!item) break
        const { id, seq, cursor } = item
        if (id !== undefined && seq !== undefined) journal.note({ tenantId, id, seq, cursor })
        after = cursor
      }
    } catch {
      // The gateway is gone, or told it to resume: either way it goes on from where it was.
    }
    await client.dispose()
    await pause(AGAIN_AFTER_MS)
  }
}
