import { GraphQLError } from 'graphql'

/** An object of the shop. Values of fields that link to others are ids of those. */
export type Thing = { readonly __typename: string; readonly id: string } & Record<string, unknown>

type Args = Readonly<Record<string, unknown>>

const many = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at))
const at = <Value>(list: readonly Value[], index: number): Value =>
  list[((index % list.length) + list.length) % list.length] as Value

const users: Thing[] = many(5, (n) => ({
  __typename: 'User',
  id: `u${n}`,
  n,
  email: `u${n}@shop.test`,
  name: `User "${n}"`,
  nick: n === 3 ? null : `nick\n${n}`,
}))
const media: Thing[] = many(4, (n) => ({
  __typename: n % 2 === 0 ? 'Book' : 'Movie',
  id: `m${n}`,
  n,
  title: `Title ${n}`,
  pages: n === 2 ? null : 100 + n,
  minutes: 90 + n,
}))
const products: Thing[] = many(7, (n) => ({
  __typename: 'Product',
  id: `p${n}`,
  n,
  sku: `sku-${n % 4}`,
  region: { code: n < 4 ? 'eu' : 'us' },
  name: n === 4 ? null : `Product ${n} ä`,
  size: at(['SMALL', 'LARGE', null], n),
  dims: n === 5 ? null : { width: n * 10, height: n === 2 ? null : n },
  internalCode: n === 6 ? null : `code-${n}`,
  legacy: `moved ${n}`,
  tags: n === 1 ? null : many(n % 3, (tag) => `tag${tag}`),
  stock: n * 3,
}))
const warehouses: Thing[] = many(2, (n) => ({
  __typename: 'Warehouse',
  id: `w${n}`,
  n,
  city: `City ${n}`,
}))
const reviews: Thing[] = many(8, (n) => ({
  __typename: 'Review',
  id: `r${n}`,
  n,
  body: `Body ${n}`,
  stars: n === 5 ? null : n % 6,
}))

const everything = new Map(
  [...users, ...media, ...products, ...warehouses, ...reviews].map((thing) => [thing.id, thing]),
)

/** One of these types, by its id. */
const one = (id: unknown, ...types: readonly string[]): Thing | null => {
  const found = everything.get(String(id))
  return found && types.includes(found.__typename) ? found : null
}

/** Finds what a representation is about, by whichever of its keys it has. */
export function find(typename: string, key: Args): Thing | null {
  if (key.id !== undefined) return everything.get(String(key.id)) ?? null
  if (typename === 'User') return users.find(({ email }) => email === key.email) ?? null
  const { code } = (key.region ?? {}) as { code?: unknown }
  return (
    products.find(
      ({ sku, region }) => sku === key.sku && (region as { code: string }).code === code,
    ) ?? null
  )
}

const n = (self: Thing): number => Number(self.n)
const weight = (self: Thing, unit: unknown): number => (n(self) + 1) * (unit === 'LB' ? 2 : 1)
const price = (self: Thing, currency: unknown) => ({
  amount: (n(self) + 1) * (currency === 'USD' ? 110 : 100),
  currency,
})
const shippingOf = (required: Args): number | null =>
  required.internalCode === null
    ? null
    : Number(required.weight) * 10 + String(required.internalCode).length
const upTo = (list: readonly Thing[], count: unknown) =>
  list.slice(0, Math.max(0, Number(count ?? 1)))

/** What `@requires` fields need of other subgraphs, where it is not in a representation. */
export const required: Readonly<Record<string, (self: Thing) => Args>> = {
  'Product.shipping': (self) => ({ weight: weight(self, 'LB'), internalCode: self.internalCode }),
  'Product.delivery': (self) => ({
    shipping: shippingOf({ weight: weight(self, 'LB'), internalCode: self.internalCode }),
    price: n(self) === 3 ? null : price(self, 'USD'),
  }),
}

type Field = (self: Thing, args: Args, needed: Args) => unknown

const root: Record<string, Field> = {
  product: (_, { id }) => one(id, 'Product'),
  products: (_, { first }) => upTo(products, first),
  media: () => [...media, null],
  medium: (_, { id }) => one(id, 'Book', 'Movie'),
  search: (_, { text }) => [media[0], media[1], products[String(text ?? '').length % 7], users[1]],
  grid: () => [[products[0], products[1]], [], [null, products[2]], null],
  node: (_, { id }) => one(id, 'Book', 'Movie', 'Product'),
  version: () => ({ major: 2, label: null }),
  filtered: (_, { filter }) => {
    const { size, ids, limit } = filter as { size?: string; ids?: string[]; limit?: number }
    return upTo(
      products.filter((it) => (!size || it.size === size) && (!ids || ids.includes(it.id))),
      limit,
    )
  },
  rename: (_, { id }) => one(id, 'Product'),
  cheapest: () => products[0],
  warehouses: () => warehouses,
  me: () => users[0],
  users: () => users,
  user: (_, { id }) => one(id, 'User'),
  greet: (_, { id }) => one(id, 'User'),
  reviews: (_, { first }) => [...upTo(reviews, first), null],
  review: (_, { id }) => one(id, 'Review'),
  hot: () => media[1],
}

/** Every field that is not simply a property, by the kind of its object. */
const fields: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Query: root,
  Mutation: root,
  Product: {
    weight: (self, { unit }) => weight(self, unit),
    price: (self, { currency }) => (n(self) === 3 ? null : price(self, currency)),
    shipping: (_, __, needed) => shippingOf(needed),
    delivery: (_, { days }, { shipping, price: priced }) =>
      `${days} days, ${shipping} and ${(priced as { amount?: number } | null)?.amount}`,
    similar: (self) => [at(products, n(self) + 1), at(products, n(self) + 2)],
    related: (self) => [at(users, n(self)), null, at(media, n(self)), at(products, n(self) + 3)],
    warehouse: (self) => (n(self) === 6 ? null : at(warehouses, n(self))),
    reviews: (self) => reviews.filter((review) => n(review) % 7 === n(self)),
  },
  Media: {
    creator: (self) => (n(self) === 3 ? null : at(users, n(self) + 1)),
    sequel: (self) => (n(self) === 1 ? media[3] : null),
    reviews: (self) => reviews.filter((review) => n(review) % 4 === n(self)),
    rating: (self) => (n(self) === 0 ? null : n(self) + 0.5),
    score: (self, { of }) => n(self) * Number(of ?? 1),
  },
  User: {
    friends: (self, { first }) => upTo([at(users, n(self) + 1), at(users, n(self) + 2)], first),
    manager: (self) => (n(self) === 0 ? null : at(users, n(self) - 1)),
    favorite: (self) => (n(self) === 2 ? null : at(media, n(self) * 2)),
    address: (self) =>
      n(self) === 4
        ? null
        : { street: `Street ${n(self)}`, city: null, country: { code: 'xx', name: `C${n(self)}` } },
    since: (self, { as }) => `${as ?? 'year'} ${2000 + n(self)}`,
    reviews: (self, { minStars }) =>
      reviews.filter(
        (it) => n(it) % 5 === n(self) && Number(it.stars ?? 0) >= Number(minStars ?? 0),
      ),
    badge: (self) => (n(self) % 2 === 0 ? { label: `b${n(self)}`, level: n(self) } : null),
  },
  Review: {
    author: (self) => (n(self) === 7 ? null : at(users, n(self))),
    about: (self) => (n(self) === 6 ? null : at(media, n(self))),
    product: (self) => (n(self) === 4 ? null : at(products, n(self))),
  },
  Warehouse: {
    products: (self) => products.filter((it) => n(it) % 2 === n(self)),
    keeper: (self) => at(users, n(self)),
  },
}

const MEDIA = new Set(['Book', 'Movie', 'Media'])
/** Keys, and what others require: where those fail, what depends on them has no one right answer. */
const SAFE = new Set([
  ...['id', 'sku', 'region', 'email', 'weight', 'internalCode', 'price', 'shipping'],
  // Never null below an interface that is an `@interfaceObject`: the subgraph is asked for all types
  // alike, so a failure where only one of them was asked takes from the others, too.
  ...['body', 'name'],
])

/** How many of a hundred fields fail; 0 for none. */
const FAULTS_IN_HUNDRED = 6

function hash(text: string): number {
  let value = 2_166_136_261
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619) >>> 0
  }
  return (value ^ (value >>> 15)) >>> 0
}

/** Whether this field of this object fails, or is null, in an operation with this salt. */
function faultOf(salt: number, id: unknown, field: string): 'error' | 'null' | null {
  if (salt === 0 || SAFE.has(field)) return null
  const drawn = hash(`${salt} ${id} ${field}`) % 100
  if (drawn < FAULTS_IN_HUNDRED) return 'error'
  return drawn < FAULTS_IN_HUNDRED * 2 ? 'null' : null
}

/**
 * The value of a field, in a subgraph as in the schema that has all of them.
 * @param needed what the field `@requires`, as received or as it is
 */
export function resolveField(
  typename: string,
  field: string,
  self: Thing,
  args: Args,
  { salt, needed }: { salt: number; needed?: Args },
): unknown {
  const isRoot = typename === 'Query' || typename === 'Mutation'
  const owner = isRoot ? typename : self.id
  if (owner !== undefined) {
    const fault = faultOf(salt, owner, field)
    if (fault === 'error') throw new GraphQLError(`fault in ${field}`)
    if (fault === 'null') return null
  }
  const own = fields[MEDIA.has(typename) ? 'Media' : typename]?.[field]
  if (!own) return self[field]
  return own(self, args, needed ?? required[`${typename}.${field}`]?.(self) ?? {})
}
