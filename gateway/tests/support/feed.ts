import { EventEmitter, once } from 'node:events'
import { GraphQLError } from 'graphql'
import type { SubgraphContext, SubgraphDefinition } from './test-subgraph.ts'

export type Feed = {
  readonly definition: SubgraphDefinition
  /** Adds so many events to the log. */
  publish(count?: number): void
  /** Resolves once so many subscriptions are open, no more and no fewer. */
  open(count: number): Promise<void>
  /** Subscriptions that were opened so far, by where they began. */
  readonly opened: number[]
  /** Ends every subscription with this error. */
  fail(code: string): void
}

const SDL = `
  type Query { version: String @public }
  type Mutation { touch: String @requiresScopes(scopes: [["feed:things.update"]]) }
  type Subscription {
    happened(after: String): Happening! @public
    mine(after: String): Happening! @authenticated
    secret(after: String): Happening! @requiresScopes(scopes: [["feed:events.read"]])
    ofWorkspace(after: String, kind: String): Happening! @requiresScopes(scopes: [["feed:events.read"]]) @live(sharedBy: "WORKSPACE")
    ofUser(after: String): Happening! @authenticated @live(sharedBy: "USER")
    paid(after: String): Happening! @authenticated @entitled(service: "media")
    insiders(after: String): Happening! @policy(policies: [["insider"]])
    refused: Happening! @public
  }
  type Happening { cursor: String! seq: Int! note: String @authenticated hint: String @policy(policies: [["insider"]]) prize: String @entitled(service: "media") user: User text(length: Int!): String! }
  type User @key(fields: "id", resolvable: false) { id: ID! }
`

/** A log of numbered events and everybody who listens to it; the cursor after event 7 is `c7`. */
export function createFeed(): Feed {
  const news = new EventEmitter().setMaxListeners(0)
  const opened: number[] = []
  let head = 0
  let listening = 0

  /** The numbers after `seq` as they come, until somebody ends it. */
  async function* numbersAfter(seq: number, end: AbortSignal): AsyncGenerator<number> {
    let last = seq
    while (!end.aborted) {
      while (last < head && !end.aborted) {
        last += 1
        yield last
      }
      if (!end.aborted) await once(news, 'event', { signal: end }).catch(() => undefined)
    }
  }

  async function* listen(after: string | undefined, { headers, signal }: SubgraphContext) {
    const from = headers['last-event-id'] ?? after
    const seq = from ? Number(String(from).slice(1)) : head
    const failing = new AbortController()
    const fail = (code: string) =>
      failing.abort(new GraphQLError('told by the feed', { extensions: { code } }))
    news.on('fail', fail)
    opened.push(seq)
    listening += 1
    news.emit('listeners')
    try {
      yield* numbersAfter(seq, AbortSignal.any([failing.signal, ...(signal ? [signal] : [])]))
      if (failing.signal.aborted) throw failing.signal.reason
    } finally {
      news.off('fail', fail)
      listening -= 1
      news.emit('listeners')
    }
  }

  const subscription = (field: string) => ({
    subscribe: async function* (
      _: unknown,
      { after }: { after?: string },
      context: SubgraphContext,
    ) {
      for await (const seq of listen(after, context)) {
        yield { [field]: happening(seq), extensions: { cursor: `c${seq}` } }
      }
    },
  })

  return {
    opened,
    definition: {
      sdl: SDL,
      resolvers: {
        Query: { version: () => '1' },
        Mutation: { touch: () => 'touched' },
        Subscription: {
          happened: subscription('happened'),
          mine: subscription('mine'),
          secret: subscription('secret'),
          ofWorkspace: subscription('ofWorkspace'),
          ofUser: subscription('ofUser'),
          paid: subscription('paid'),
          insiders: subscription('insiders'),
          refused: {
            subscribe: () => {
              throw new GraphQLError('The cursor is too old.', {
                extensions: { code: 'CURSOR_EXPIRED', oldestCursor: 'c5' },
              })
            },
          },
        },
      },
    },
    publish(count = 1) {
      head += count
      news.emit('event')
    },
    async open(count) {
      while (listening !== count) await once(news, 'listeners')
    },
    fail(code) {
      news.emit('fail', code)
    },
  }
}

const happening = (seq: number) => ({
  seq,
  cursor: `c${seq}`,
  note: `note ${seq}`,
  hint: `hint ${seq}`,
  prize: `prize ${seq}`,
  text: ({ length }: { length: number }) => 'x'.repeat(length),
  user: { __typename: 'User', id: seq % 2 === 1 ? 'u1' : 'u2' },
})
