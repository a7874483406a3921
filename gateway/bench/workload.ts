/**
 * The workload of the public benchmark of federation gateways (graphql-hive/graphql-gateways-
 * benchmark): four subgraphs with a few users, products and reviews, and one deep query of which
 * most objects stand in many places. About 90 KB of answer, 16 fetches in Apollo's plan.
 *
 * For runs in which nothing can be shared, `seed` makes ids that no other request has: `1~77`.
 */
const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [
  "@key", "@external", "@requires", "@provides", "@shareable", "@authenticated", "@requiresScopes"])`

export const subgraphSdl: Readonly<Record<string, string>> = {
  accounts: `${HEAD}
    type Query { me: User user(id: ID!): User users(seed: String): [User] }
    type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }`,
  inventory: `${HEAD}
    type Product @key(fields: "upc") {
      upc: String!
      weight: Int @external
      price: Int @external
      inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight")
    }`,
  products: `${HEAD}
    type Query { topProducts(first: Int = 5, seed: String): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  reviews: `${HEAD}
    type Review @key(fields: "id") {
      id: ID!
      body: String
      product: Product
      author: User @provides(fields: "username")
    }
    type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
}

/** Permissions that the guarded workload asks for. */
export const SCOPES = 'shop:prices.read shop:reviews.read'

const ofScope = (scope: string): string => `@requiresScopes(scopes: [["${scope}"]])`

/** The same with access rules at the doors, on objects that stand in many places, and on fields. */
export const guardedSdl: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(subgraphSdl).map(([name, sdl]) => [
    name,
    sdl
      .replace(/(me: User|: \[User\]|: \[Product\])/g, '$1 @authenticated')
      .replace('user(id: ID!): User', 'user(id: ID!): User @authenticated')
      .replace('body: String', `body: String ${ofScope('shop:reviews.read')}`)
      .replace('name: String price', `name: String ${ofScope('shop:prices.read')} price`),
  ]),
)

const FRAGMENTS = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }`
const AUTHOR = `author { ...User reviews { ...Review product { ...Product } } }`
const REVIEWS = `reviews { ...Review ${AUTHOR} }`

export const query = `${FRAGMENTS}
  query TestQuery {
    users { ...User reviews { ...Review product { ...Product ${REVIEWS} } } }
    topProducts { ...Product ${REVIEWS} }
  }`

export const variedQuery = `${FRAGMENTS}
  query TestQuery($seed: String) {
    users(seed: $seed) { ...User reviews { ...Review product { ...Product ${REVIEWS} } } }
    topProducts(seed: $seed) { ...Product ${REVIEWS} }
  }`

type Reference = {
  readonly id: string
  readonly upc: string
  readonly price?: number
  readonly weight?: number
}

const LOREM =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. '
/** Bodies about as long as the original's: from 150 to 850 characters. */
const bodyOf = (at: number): string => LOREM.repeat(10).slice(0, [440, 300, 280, 150][at % 4])

const users = [
  ['Uri Goldshtein', 'urigo'],
  ['Dotan Simha', 'dotansimha'],
  ['Kamil Kisiela', 'kamilkisiela'],
  ['Arda Tanrikulu', 'ardatan'],
  ['Gil Gardosh', 'gilgardosh'],
  ['Laurin Quast', 'laurin'],
].map(([name, username], at) => ({ id: String(at + 1), name, username, birthday: 1_234_567_890 }))

const products = [
  ['Table', 899, 100, true],
  ['Couch', 1299, 1000, false],
  ['Glass', 15, 20, false],
  ['Chair', 499, 100, false],
  ['TV', 1299, 1000, true],
].map(([name, price, weight, inStock], at) => ({
  upc: String(at + 1),
  name,
  price,
  weight,
  inStock,
}))

const reviews = [1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 4].map((upc, at) => ({
  id: String(at + 1),
  body: bodyOf(at),
  upc: String(upc),
}))

const plainId = (id: string): string => id.split('~')[0] ?? id
/** What of an id makes it different from all others': `~77`, or nothing. */
const seedOf = (id: string): string => (id.includes('~') ? `~${id.split('~')[1]}` : '')
const seedText = ({ seed }: { seed?: string | null }): string => (seed ? `~${seed}` : '')

const reviewsOf = (upc: string, seed: string) =>
  reviews
    .filter((review) => upc === '' || review.upc === upc)
    .map((review) => ({ ...review, seed }))

const reviewFields = {
  id: ({ id, seed }: { id: string; seed: string }) => id + seed,
  product: ({ upc, seed }: { upc: string; seed: string }) => ({ upc: upc + seed }),
  author: ({ seed }: { seed: string }) => ({ id: `1${seed}`, username: 'urigo' }),
}

/** Resolvers by subgraph, for answers to be recorded from. */
export const resolvers = {
  accounts: {
    Query: {
      users: (_: unknown, args: { seed?: string }) =>
        users.map((user) => ({ ...user, id: user.id + seedText(args) })),
    },
    User: {
      __resolveReference: ({ id }: Reference) => {
        const user = users.find((known) => known.id === plainId(id))
        return user && { ...user, id }
      },
    },
  },
  inventory: {
    Product: {
      __resolveReference: (product: Reference) => ({
        ...product,
        inStock: products.find(({ upc }) => upc === plainId(product.upc))?.inStock,
      }),
      shippingEstimate: ({ price, weight }: Reference) => {
        if (price === undefined || weight === undefined) return null
        return price > 1000 ? 0 : Math.floor(weight / 2)
      },
    },
  },
  products: {
    Query: {
      topProducts: (_: unknown, args: { first: number; seed?: string }) =>
        products
          .slice(0, args.first)
          .map((product) => ({ ...product, upc: product.upc + seedText(args) })),
    },
    Product: {
      __resolveReference: ({ upc }: Reference) => {
        const product = products.find((known) => known.upc === plainId(upc))
        return product && { ...product, upc }
      },
    },
  },
  reviews: {
    Review: reviewFields,
    User: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      reviews: ({ id }: Reference) => reviewsOf('', seedOf(id)).slice(0, 2),
    },
    Product: {
      __resolveReference: ({ upc }: Reference) => ({ upc }),
      reviews: ({ upc }: Reference) => reviewsOf(plainId(upc), seedOf(upc)),
    },
  },
}
