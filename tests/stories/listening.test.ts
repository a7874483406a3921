import { describe, expect, test } from '@jest/globals'
import { type Person, type TestWorkspace, usePlatform } from '@logicspike/testing'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import { WebSocket } from 'ws'

const platform = usePlatform({ gateway: { streams: { sweepMs: 20 } } })

const LISTEN = `subscription ($after: String) { platformEvents(after: $after, types: ["workspace.renamed"]) {
  ... on PlatformEvent { seq cursor data workspace { name } }
  ... on StreamCheckpoint { cursor } } }`
const RENAME = `mutation ($input: RenameWorkspaceInput!) {
  renameWorkspace(input: $input) { userErrors { __typename } } }`
const EVENTS = `query ($after: String) { events(first: 100, after: $after, types: ["workspace.renamed"]) {
  edges { node { seq data } } } }`
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } } }`
const SWITCH = `mutation ($input: SwitchWorkspaceInput!) {
  switchWorkspace(input: $input) { tokens { accessToken } } }`

type Item = { platformEvents: { seq?: number; cursor: string; data?: { name: string } } }

/** A token that is good from now on, whatever became of those before. */
async function freshToken({ email, password }: Person, { id }: TestWorkspace): Promise<string> {
  const { must } = platform()
  const input = { email, password, delivery: 'PAYLOAD' }
  const { signIn } = await must(SIGN_IN, { input })
  const { switchWorkspace } = await must(
    SWITCH,
    { input: { workspaceId: id } },
    signIn.tokens.accessToken,
  )
  return switchWorkspace.tokens.accessToken
}

/** What an application does: it remembers the cursor of what it has dealt with. */
function listener(after: string | null = null) {
  const payload = { query: LISTEN, variables: { after } }
  const names: string[] = []
  let items = 0
  let wake = () => {}
  const until = async (reached: () => boolean) => {
    while (!reached()) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    payload,
    names,
    next({ data }: { readonly data?: Item | null | undefined }) {
      const item = data?.platformEvents
      if (!item) return
      items += 1
      payload.variables.after = item.cursor
      if (item.data) names.push(item.data.name)
      wake()
    },
    listens: () => until(() => items > 0),
    has: (count: number) => until(() => names.length >= count),
  }
}

type Listener = ReturnType<typeof listener>

/** Each of them listens over one transport until it is told to leave. */
const transports = {
  'graphql-ws': (received: Listener, token: () => Promise<string>) => {
    const client = createSocketClient({
      url: `${platform().url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ accessToken: await token() }),
      retryWait: async () => undefined,
    })
    client.subscribe<Item>(received.payload, sinkOf(received))
    return () => client.dispose()
  },
  'graphql-sse': (received: Listener, token: () => Promise<string>) => {
    const client = createSseClient({
      url: `${platform().url}/graphql`,
      headers: async () => ({ authorization: `Bearer ${await token()}` }),
      retry: async () => undefined,
    })
    client.subscribe<Item, never>(received.payload, sinkOf(received))
    return () => client.dispose()
  },
}

const sinkOf = ({ next }: Listener) => ({
  next,
  error: (error: unknown) => {
    throw error
  },
  complete: () => undefined,
})

/** Renames until told otherwise; resolves with the names, in order. */
async function rename(token: string, from: number, count: number) {
  for (let n = from; n < from + count; n += 1) {
    await platform().must(RENAME, { input: { name: `Name ${n}` } }, token)
  }
}

const namesTo = (count: number) => Array.from({ length: count }, (_, n) => `Name ${n}`)

describe.each(['graphql-ws', 'graphql-sse'] as const)('listening with %s', (transport) => {
  test('goes through expired tokens without missing or doubling an event', async () => {
    const { aWorkspace, clock } = platform()
    const workspace = await aWorkspace()
    const token = () => freshToken(workspace.owner, workspace)
    const received = listener()
    const leave = transports[transport](received, token)
    await received.listens()
    for (const round of [0, 1, 2]) {
      await rename(await token(), round * 6, 3)
      await received.has(round * 6 + 3)
      // Longer than a token lives: the stream ends, and comes back while things happen.
      clock.advance(400)
      await rename(await token(), round * 6 + 3, 3)
      await received.has(round * 6 + 6)
    }
    await leave()
    expect(received.names).toEqual(namesTo(18))
  })

  test('sees the workspace’s own events only, and the same as the pages', async () => {
    const { aWorkspace, must, settleEvents } = platform()
    const [mine, others] = [await aWorkspace(), await aWorkspace()]
    const token = await freshToken(mine.owner, mine)
    await rename(token, 0, 2)
    const received = listener('EARLIEST')
    const leave = transports[transport](received, async () => token)
    await received.listens()
    await Promise.all([rename(await freshToken(others.owner, others), 100, 4), rename(token, 2, 4)])
    await received.has(6)
    await settleEvents()
    await leave()
    const { events } = await must(EVENTS, {}, token)
    const listed = events.edges.map(
      ({ node }: { node: { data: { name: string } } }) => node.data.name,
    )
    expect(received.names).toEqual(namesTo(6))
    expect(listed).toEqual(namesTo(6))
  })
})
