import type { SubgraphDefinition } from './test-subgraph.ts'

type Ref = { readonly id: string }

const products = ['p1', 'p2'].map((id) => ({
  id,
  name: `Product "${id}"`,
  box: { width: 3, height: 4 },
}))
/** Its box has no width, though every box has one. */
const odd = { id: 'odd', name: 'Odd', box: { width: null, height: 4 } }

const catalog: SubgraphDefinition = {
  sdl: `
    type Query {
      product(id: ID!): Product @public
      products: [Product!]! @public
      found: [Found!]! @public
    }
    type Subscription { added: Product @public }
    type Mutation { rename(id: ID!, name: String!): Product @public }
    type Product @key(fields: "id") { id: ID! name: String! box: Box }
    type Box { width: Int! height: Int! }
    type Voucher @key(fields: "id") { id: ID! code: String! }
    union Found = Product | Voucher
  `,
  resolvers: {
    Query: {
      product: (_: unknown, { id }: Ref) => [...products, odd].find((it) => it.id === id),
      products: () => products,
      found: () => [
        { __typename: 'Product', ...products[0] },
        { __typename: 'Voucher', id: 'v1', code: 'FREE' },
      ],
    },
    Subscription: {
      added: {
        subscribe: async function* () {
          yield { added: products[0] }
        },
      },
    },
    Mutation: {
      rename: (_: unknown, { id, name }: Ref & { name: string }) => ({ id, name }),
    },
    Found: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Product: { __resolveReference: ({ id }: Ref) => products.find((it) => it.id === id) },
    Voucher: { __resolveReference: ({ id }: Ref) => ({ id, code: 'FREE' }) },
  },
}

/** Subgraphs of which one answers when it is let. */
export function deferredSubgraphs() {
  let latch = Promise.withResolvers<void>()
  latch.resolve()

  const reviews: SubgraphDefinition = {
    sdl: `
      type Product @key(fields: "id") {
        id: ID!
        reviews: [Review!]
        rating: Float!
        cost: Int @requiresScopes(scopes: [["catalog:costs.read"]])
      }
      type Review @key(fields: "id") { id: ID! body: String! author: User }
      type User @key(fields: "id", resolvable: false) { id: ID! }
    `,
    resolvers: {
      Product: {
        __resolveReference: async ({ id }: Ref) => {
          await latch.promise
          return { id }
        },
        reviews: ({ id }: Ref) => [{ id: `${id}r`, body: `of ${id}`, author: { id: `u-${id}` } }],
        rating: ({ id }: Ref) => {
          if (id === 'p2') throw new Error('no rating of p2')
          return 4.5
        },
        cost: () => 7,
      },
      Review: {
        __resolveReference: ({ id }: Ref) => ({ id, author: { id: `u-${id.slice(0, 2)}` } }),
      },
    },
  }

  const people: SubgraphDefinition = {
    sdl: 'type User @key(fields: "id") { id: ID! name: String } type Query { me: User @public }',
    resolvers: {
      Query: { me: () => ({ id: 'u1', name: 'Ada' }) },
      User: { __resolveReference: ({ id }: Ref) => ({ id, name: `Name of ${id}` }) },
    },
  }

  return {
    definitions: { catalog, reviews, people },
    /** From now on reviews answers nothing, until it is let. */
    hold() {
      latch = Promise.withResolvers()
      return latch.resolve
    },
  }
}
