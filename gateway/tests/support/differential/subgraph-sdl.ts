import type { Subgraphs } from '../compose.ts'

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@shareable" "@external" "@requires" "@provides" "@override" "@inaccessible" "@interfaceObject"
])`

/**
 * A supergraph with every feature of federation 2 that decides how an operation is planned: several
 * and nested keys, keys that only lead in a circle, chains of `@requires` with and without
 * arguments, `@provides`, `@override`, `@interfaceObject`, shared value types, `@inaccessible`.
 */
export const subgraphs: Subgraphs = {
  catalog: `${HEAD}
    type Query {
      product(id: ID!): Product
      products(first: Int = 3): [Product!]!
      media: [Media]
      medium(id: ID!): Media
      search(text: String = "a"): [Found]
      grid: [[Product]]
      node(id: ID!): Node
      version: Version @shareable
      filtered(filter: Filter!): [Product]
    }
    type Mutation { rename(id: ID!, name: String!): Product }
    interface Node { id: ID! }
    interface Media @key(fields: "id") { id: ID! title: String! creator: User }
    type Book implements Media & Node @key(fields: "id") {
      id: ID! title: String! creator: User pages: Int
    }
    type Movie implements Media & Node @key(fields: "id") {
      id: ID! title: String! creator: User minutes: Int! sequel: Movie
    }
    union Found = Book | Movie | Product | User
    type Product implements Node @key(fields: "id") @key(fields: "sku region { code }") {
      id: ID!
      sku: String!
      region: Region!
      name: String
      size: Size @shareable
      dims: Dimensions @shareable
      weight(unit: Unit = KG): Float
      internalCode: String @inaccessible
      legacy: String
      similar: [Product!]
      related: [Found]
      tags: [String!]
    }
    type Region @shareable { code: String! }
    type Dimensions @shareable { width: Int! height: Int }
    type Version @shareable { major: Int! label: String }
    enum Unit { KG LB GRAIN @inaccessible }
    enum Size { SMALL LARGE }
    input Filter { size: Size ids: [ID!] limit: Int = 2 }
    type User @key(fields: "id", resolvable: false) { id: ID! }`,

  pricing: `${HEAD}
    type Query { version: Version @shareable  cheapest: Product }
    type Product @key(fields: "sku region { code }") {
      sku: String!
      region: Region!
      weight(unit: Unit = KG): Float @external
      internalCode: String @external
      price(currency: Currency = EUR): Money
      shipping: Int @requires(fields: "weight(unit: LB) internalCode")
      legacy: String @override(from: "catalog")
      dims: Dimensions @shareable
    }
    type Region @shareable { code: String! }
    type Dimensions @shareable { width: Int! height: Int }
    type Version @shareable { major: Int! label: String }
    type Money @shareable { amount: Int! currency: Currency! }
    enum Unit { KG LB GRAIN @inaccessible }
    enum Currency { EUR USD }`,

  stock: `${HEAD}
    type Query { warehouses: [Warehouse!] }
    type Product @key(fields: "id") {
      id: ID!
      shipping: Int @external
      price(currency: Currency = EUR): Money @external
      delivery(days: Int = 2): String @requires(fields: "shipping price(currency: USD) { amount }")
      stock: Int
      warehouse: Warehouse
      size: Size @shareable
    }
    type Money @shareable { amount: Int! currency: Currency! }
    type Warehouse @key(fields: "id") { id: ID! city: String! products: [Product!]! keeper: User }
    enum Currency { EUR USD }
    enum Size { SMALL LARGE }
    type User @key(fields: "id", resolvable: false) { id: ID! }`,

  people: `${HEAD}
    type Query { me: User users: [User!] user(id: ID!): User }
    type Mutation { greet(id: ID!): User }
    interface Node { id: ID! }
    type User implements Node @key(fields: "id") @key(fields: "email") {
      id: ID!
      email: String!
      name: String!
      nick: String @shareable
      friends(first: Int = 2): [User!]
      manager: User
      favorite: Book
      address: Address
      since(as: String): String
    }
    type Address { street: String! city: String country: Country! }
    type Country { code: String! name: String }
    type Book @key(fields: "id") { id: ID! }`,

  social: `${HEAD}
    type Query { reviews(first: Int = 3): [Review] review(id: ID!): Review  hot: Media }
    type Review @key(fields: "id") {
      id: ID!
      body: String!
      stars: Int
      author: User @provides(fields: "nick")
      about: Media
      product: Product
    }
    type User @key(fields: "email") {
      email: String!
      nick: String @external
      reviews(minStars: Int = 0): [Review!]
      badge: Badge
    }
    type Badge { label: String! level: Int! }
    type Media @interfaceObject @key(fields: "id") {
      id: ID!
      reviews: [Review!]
      rating: Float
      score(of: Int = 10): Int
    }
    type Product @key(fields: "id") { id: ID! reviews: [Review!] }`,
}
