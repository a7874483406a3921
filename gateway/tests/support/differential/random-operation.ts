import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
} from 'graphql'

export type Random = {
  /** A whole number from 0 up to `limit`, without it. */
  below(limit: number): number
  pick<Value>(from: readonly Value[]): Value
  /** True in so many of a hundred cases. */
  chance(inHundred: number): boolean
}

/** Mulberry32: the same numbers for the same seed, on any machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    pick: <Value>(from: readonly Value[]) => from[below(from.length)] as Value,
    chance: (inHundred) => next() * 100 < inHundred,
  }
}

export type RandomOperation = {
  readonly text: string
  readonly variables: Record<string, unknown>
}

const IDS = ['u0', 'u3', 'p0', 'p2', 'p4', 'p6', 'm0', 'm1', 'm3', 'r2', 'r7', 'none']
/** Names that fields have, too: what a planner asks for beside them must not be confused by these. */
const ALIASES = ['a', 'b', 'id', 'email', 'sku', 'name', 'price', 'title', 'reviews']

type Draft = {
  readonly random: Random
  readonly schema: GraphQLSchema
  readonly variables: Map<string, { type: string; value: unknown }>
  readonly fragments: string[]
  /** Fields that may still be written. */
  left: number
}

/** An operation that may or may not be valid: fields of one name may have different arguments. */
export function randomOperation(schema: GraphQLSchema, random: Random): RandomOperation {
  const draft: Draft = {
    random,
    schema,
    variables: new Map(),
    fragments: [],
    left: 4 + random.below(12),
  }
  const mutation = random.chance(6) ? schema.getMutationType() : null
  const root = mutation ?? schema.getQueryType()
  if (!root) throw new Error('a schema without queries')
  const selections = selectionSet(draft, root, 0)
  const definitions = [...draft.variables].map(([name, { type }]) => `$${name}: ${type}`)
  const head =
    definitions.length > 0 ? `Q(${definitions.join(', ')})` : random.chance(50) ? 'Q' : ''
  const kind = mutation ? 'mutation' : 'query'
  const values = [...draft.variables].filter(([, { value }]) => value !== undefined)
  return {
    text: [`${kind} ${head} ${selections}`, ...draft.fragments].join('\n'),
    variables: Object.fromEntries(values.map(([name, { value }]) => [name, value])),
  }
}

function selectionSet(draft: Draft, type: GraphQLCompositeType, depth: number): string {
  const count = 1 + draft.random.below(depth === 0 ? 3 : 4)
  const parts = Array.from({ length: count }, () => selection(draft, type, depth))
  return `{ ${parts.join(' ')} }`
}

function selection(draft: Draft, type: GraphQLCompositeType, depth: number): string {
  const { random } = draft
  if (depth < 4 && random.chance(isAbstractType(type) ? 50 : 10))
    return fragment(draft, type, depth)
  if (isUnionType(type) || random.chance(8)) return `${alias(random)}__typename`
  return field(draft, type, depth)
}

function fragment(draft: Draft, type: GraphQLCompositeType, depth: number): string {
  const { random, schema } = draft
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
  const around = isAbstractType(type) ? [] : isUnionType(type) ? [] : type.getInterfaces()
  const on = random.pick<GraphQLCompositeType>([...possible, ...around, type])
  const inner = selectionSet(draft, on, depth + 1)
  if (random.chance(25)) {
    const name = `F${draft.fragments.length}`
    draft.fragments.push(`fragment ${name} on ${on.name} ${inner}`)
    return `...${name}${condition(draft)}`
  }
  const isBare = on === type && random.chance(50)
  return `...${isBare ? '' : ` on ${on.name}`}${condition(draft)} ${inner}`
}

const alias = (random: Random): string => (random.chance(15) ? `${random.pick(ALIASES)}: ` : '')

function condition(draft: Draft): string {
  const { random } = draft
  if (!random.chance(10)) return ''
  const value = random.chance(50)
    ? String(random.chance(50))
    : variable(draft, 'Boolean!', random.chance(50))
  return ` @${random.pick(['skip', 'include'])}(if: ${value})`
}

function field(draft: Draft, type: GraphQLCompositeType, depth: number): string {
  const { random } = draft
  const all = isUnionType(type) ? [] : Object.values(type.getFields())
  const isDeep = depth > 4 || draft.left <= 0
  const fitting = all.filter((it) => !isDeep || !isCompositeType(getNamedType(it.type)))
  if (fitting.length === 0) return '__typename'
  const chosen = random.pick<GraphQLField<unknown, unknown>>(fitting)
  draft.left -= 1
  const args = chosen.args.flatMap((argument) => argumentText(draft, argument))
  const named = getNamedType(chosen.type)
  const below = isCompositeType(named) ? ` ${selectionSet(draft, named, depth + 1)}` : ''
  const list = args.length > 0 ? `(${args.join(', ')})` : ''
  return `${alias(random)}${chosen.name}${list}${condition(draft)}${below}`
}

function argumentText(draft: Draft, { name, type, defaultValue }: GraphQLArgument): string[] {
  const { random } = draft
  const isOptional = !isNonNullType(type) || defaultValue !== undefined
  if (isOptional && random.chance(50)) return []
  const value = inputValue(draft, type)
  const text = random.chance(30) ? variable(draft, String(type), value) : literal(value, type)
  return [`${name}: ${text}`]
}

function variable(draft: Draft, type: string, value: unknown): string {
  const name = `v${draft.variables.size}`
  draft.variables.set(name, { type, value })
  return `$${name}`
}

function inputValue(draft: Draft, type: GraphQLInputType): unknown {
  const { random } = draft
  if (!isNonNullType(type) && random.chance(10)) return null
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    return Array.from({ length: random.below(3) }, () => inputValue(draft, nullable.ofType))
  }
  return namedValue(draft, nullable as GraphQLNamedInputType)
}

function namedValue(draft: Draft, type: GraphQLNamedInputType): unknown {
  const { random } = draft
  if (isEnumType(type)) return random.pick(type.getValues()).name
  if (isInputObjectType(type)) {
    const given = Object.values(type.getFields()).filter(() => random.chance(60))
    return Object.fromEntries(given.map((it) => [it.name, inputValue(draft, it.type)]))
  }
  if (type.name === 'Int') return random.below(4)
  if (type.name === 'ID') return random.pick(IDS)
  return random.pick(['x', 'with "quotes"', ''])
}

function literal(value: unknown, type: GraphQLInputType): string {
  const nullable = getNullableType(type)
  if (value === null || value === undefined) return 'null'
  if (isListType(nullable) && Array.isArray(value)) {
    return `[${value.map((item) => literal(item, nullable.ofType)).join(', ')}]`
  }
  if (isEnumType(nullable)) return String(value)
  if (isInputObjectType(nullable)) {
    const known = nullable.getFields()
    const members = Object.entries(value).flatMap(([key, item]) => {
      const member = known[key]
      return member ? [`${key}: ${literal(item, member.type)}`] : []
    })
    return `{ ${members.join(', ')} }`
  }
  return JSON.stringify(value)
}
