import type { SubgraphDefinition } from './test-subgraph.ts'

const users: Record<string, { id: string; name: string }> = {
  u1: { id: 'u1', name: 'Ada' },
  u2: { id: 'u2', name: 'Bob' },
}

class Typed extends Error {
  readonly extensions: Record<string, unknown>

  constructor(code: string, message: string, extensions: Record<string, unknown> = {}) {
    super(message)
    this.extensions = { code, ...extensions }
  }
}

/** People, sessions and everything that goes wrong in them. */
export const identity: SubgraphDefinition = {
  sdl: `
    type Query {
      me: User @authenticated
      user(id: ID!): User @public
      users: [User!]! @public
      broken(code: String!, message: String): String @public
      both: Both @public
    }
    type Mutation {
      signIn: String @public
      rename(name: String!): String @requiresScopes(scopes: [["identity:users.update"]])
    }
    type User @key(fields: "id") {
      id: ID!
      name: String!
      email: String @requiresScopes(scopes: [["identity:email.read"]])
    }
    type Both { fine: String failing: String }
  `,
  resolvers: {
    Query: {
      me: () => users.u1,
      user: (_: unknown, { id }: { id: string }) => users[id],
      users: () => Object.values(users),
      broken: (_: unknown, { code, message }: { code: string; message?: string }) => {
        throw new Typed(code, message ?? 'told by the subgraph', {
          retryAfterSeconds: 7,
          stacktrace: ['at secret.ts:1'],
          serviceName: 'identity',
          url: 'http://10.0.0.7:4001/graphql',
        })
      },
      both: () => ({ fine: 'yes' }),
    },
    Both: {
      failing: () => {
        throw new Error('connect ECONNREFUSED 10.0.0.3:5432')
      },
    },
    Mutation: {
      signIn: (_: unknown, __: unknown, { setCookie }) => {
        setCookie('__Host-ls_refresh=new; Path=/; Secure; HttpOnly; SameSite=Strict')
        return 'signed in'
      },
      rename: (_: unknown, { name }: { name: string }) => name,
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => users[id] ?? null,
      email: ({ id }: { id: string }) => `${id}@example.com`,
    },
  },
}

/** What another subgraph adds to people. */
export const tenancy: SubgraphDefinition = {
  sdl: `
    type Query { workspaces: [Workspace!] @public version: String @public }
    type Mutation { touch: String @public }
    type Workspace @key(fields: "id") { id: ID! owner: User }
    type User @key(fields: "id") { id: ID! title: String badge: String }
  `,
  resolvers: {
    Query: {
      workspaces: () => [
        { id: 'w1', owner: { __typename: 'User', id: 'u1' } },
        { id: 'w2', owner: { __typename: 'User', id: 'u2' } },
      ],
      version: () => '1',
    },
    Mutation: {
      touch: (_: unknown, __: unknown, { setCookie }) => {
        setCookie('__Host-ls_refresh=stolen; Path=/; Secure')
        return 'touched'
      },
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      title: ({ id }: { id: string }) => (id === 'u1' ? 'Owner' : 'Member'),
      badge: ({ id }: { id: string }) => {
        if (id === 'u2') throw new Typed('NOT_FOUND', 'No such badge.')
        return 'gold'
      },
    },
  },
}
