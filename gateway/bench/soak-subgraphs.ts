import { setTimeout as pause } from 'node:timers/promises'
import { compose } from '../tests/support/compose.ts'
import {
  createTestSubgraph,
  type SubgraphContext,
  type TestSubgraph,
} from '../tests/support/test-subgraph.ts'

const people = Array.from({ length: 20 }, (_, at) => ({ id: String(at), name: `Person ${at}` }))

/** Two subgraphs that answer, fail, take their time and send events. */
export async function startSoakSubgraphs() {
  const subgraphs: Record<string, TestSubgraph> = {
    users: createTestSubgraph('users', {
      sdl: `
        type Query { users: [User!]! user(id: ID!): User failing: String slow: String }
        type Subscription { ticks: Tick! }
        type Tick { number: Int! user: User }
        type User @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: {
          users: () => people,
          user: (_: unknown, { id }: { id: string }) => people[Number(id) % people.length],
          failing: () => Promise.reject(new Error('on purpose')),
          slow: () => pause(50, 'late'),
        },
        Subscription: {
          ticks: {
            async *subscribe(_: unknown, __: unknown, { signal }: SubgraphContext) {
              for (let number = 0; !signal?.aborted; number += 1) {
                yield { ticks: { number, user: people[number % people.length] } }
                await pause(10)
              }
            },
          },
        },
        User: {
          __resolveReference: ({ id }: { id: string }) => people[Number(id) % people.length],
        },
      },
    }),
    posts: createTestSubgraph('posts', {
      sdl: 'type User @key(fields: "id") { id: ID! posts: [String!]! }',
      resolvers: { User: { posts: () => ['first', 'second'] } },
    }),
  }
  const urls: Record<string, string> = {}
  for (const [name, subgraph] of Object.entries(subgraphs)) {
    urls[name] = `http://127.0.0.1:${await subgraph.listen()}/graphql`
  }
  const sdls = Object.fromEntries(Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl]))
  return {
    supergraph: compose(sdls, (name) => urls[name] ?? '').sdl,
    /** They remember what they were asked, for tests; here it would fill the memory. */
    forget() {
      for (const { received } of Object.values(subgraphs)) received.length = 0
    },
    close: () => Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close())),
  }
}
