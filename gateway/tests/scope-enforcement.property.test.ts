import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  execute,
  type GraphQLFieldResolver,
  getNamedType,
  isUnionType,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { readAccessRules } from '../src/authorization/access-rules.ts'
import { filterOperation } from '../src/authorization/filter-operation.ts'
import { restoreNulls } from '../src/authorization/restore-nulls.ts'
import { compose } from './support/compose.ts'

/** Rules named after where they stand, so that the oracle needs none of its own. */
const SDL = `
  type Query { a: A! @public  as: [A!] @public  bs: [[B]!]! @public  any: [Any] @public }
  type A { x: Int  y: Int! @requiresScopes(scopes: [["A.y"]])  b: B @entitled(service: "A.b")  c: C @requiresScopes(scopes: [["A.c"]])  any: Any! }
  type B @requiresScopes(scopes: [["B"]]) { x: Int  y: Int @requiresScopes(scopes: [["B.y"]])  a: A! }
  type C { x: Int! @policy(policies: [["C.x"]])  bs: [B!]! }
  union Any = A | B | C
`
const needs: Readonly<Record<string, readonly string[]>> = {
  'Query.bs': ['B'],
  'A.y': ['A.y'],
  'A.b': ['A.b', 'B'],
  'A.c': ['A.c'],
  'B.x': ['B'],
  'B.y': ['B', 'B.y'],
  'B.a': ['B'],
  'C.x': ['C.x'],
  'C.bs': ['B'],
}
const { sdl, schema } = compose({ one: SDL })
const rules = readAccessRules(sdl)

const children: Readonly<Record<string, readonly (readonly [string, string | null])[]>> = {
  Query: [
    ['a', 'A'],
    ['as', 'A'],
    ['bs', 'B'],
    ['any', 'Any'],
  ],
  A: [
    ['x', null],
    ['y', null],
    ['b', 'B'],
    ['c', 'C'],
    ['any', 'Any'],
  ],
  B: [
    ['x', null],
    ['y', null],
    ['a', 'A'],
  ],
  C: [
    ['x', null],
    ['bs', 'B'],
  ],
}

/** A selection set on a type, as text. An alias says what it stands for, so that none conflict. */
function selections(type: string, depth: number): fc.Arbitrary<string> {
  if (type === 'Any') {
    const members = fc.subarray(['A', 'B', 'C'], { minLength: 1 })
    return members.chain((names) =>
      fc
        .tuple(...names.map((name) => selections(name, depth)))
        .map((sets) => `{ ${names.map((name, at) => `... on ${name} ${sets[at]}`).join(' ')} }`),
    )
  }
  const fields = (children[type] ?? []).filter(([, of]) => of === null || depth > 0)
  const one =
    fields.length === 0
      ? fc.constant('__typename')
      : fc.constantFrom(...fields).chain((field) => selection(type, field, depth))
  return fc.array(one, { minLength: 1, maxLength: 4 }).map((all) => `{ ${all.join(' ')} }`)
}

function selection(type: string, [name, of]: readonly [string, string | null], depth: number) {
  const sub = of === null ? fc.constant('') : selections(of, depth - 1)
  const condition = fc.constantFrom('', '', '', ' @include(if: $yes)', ' @skip(if: $yes)')
  const wrapper = fc.constantFrom('plain', 'plain', 'inline', 'fragment', 'alias')
  return fc.tuple(sub, condition, wrapper).map(([set, directive, kind]) => {
    if (kind === 'alias') return `other_${name}_${of}: ${name}${directive} ${set}`
    if (kind === 'inline') return `... on ${type}${directive} { ${name} ${set} }`
    if (kind === 'fragment') return `... ${directive} { same: __typename ${name} ${set} }`
    return `${name}${directive} ${set}`
  })
}

/** Any value: lists of two or three, unions that turn through their members. */
function resolver(
  held: ReadonlySet<string> | null,
): GraphQLFieldResolver<{ seed: number }, unknown> {
  return (source, _, __, info) => {
    const coordinate = `${info.parentType.name}.${info.fieldName}`
    const missing = held && (needs[coordinate] ?? []).some((name) => !held.has(name))
    if (missing) throw new Error('denied')
    const seed = (source.seed * 31 + info.fieldName.length) % 97
    const make = (at: number) => {
      const type = getNamedType(info.returnType)
      if (!['A', 'B', 'C', 'Any'].includes(type.name)) return seed + at
      const __typename = isUnionType(type) ? ['A', 'B', 'C'][(seed + at) % 3] : type.name
      return { __typename, seed: seed + at }
    }
    const text = String(info.returnType)
    if (text.startsWith('[[')) return [[make(0), null], [make(1)]]
    return text.startsWith('[') ? [make(0), make(1), make(2)] : make(0)
  }
}

const allNames = [...new Set(Object.values(needs).flat())]
const variableValues = { yes: true }
/** Everything but the rule that a variable must be used: some documents have no condition. */
const checks = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule)

describe('filter and restoration together', () => {
  test('answer as one server would that checked each field when it resolves it', () => {
    const operations = selections('Query', 3).map((set) => `query($yes: Boolean!) ${set}`)
    fc.assert(
      fc.property(operations, fc.subarray(allNames), (query, names) => {
        const document = parse(query)
        fc.pre(validate(schema, document, checks).length === 0)
        const held = new Set(names)
        const run = (scopes: ReadonlySet<string>, asked = document) =>
          execute({
            schema,
            document: asked,
            rootValue: { seed: 1 },
            variableValues,
            fieldResolver: resolver(scopes),
          })
        const expected = plainResult(run(held))
        const filtered = filterOperation({
          document,
          schema,
          rules,
          caller: { principal: { permissions: held, services: names }, policies: held },
        })
        if (!filtered) throw new Error('no operation')
        const ran = filtered.document
          ? plainResult(run(held, filtered.document))
          : { data: {}, paths: [] }
        expect(ran.paths).toEqual([])
        const { data, errors } = restoreNulls(ran.data ?? {}, filtered, schema, variableValues)
        expect(JSON.stringify(data)).toBe(JSON.stringify(expected.data))
        const paths = errors.map(({ path }) => path?.join('.'))
        expect(paths).toEqual(expect.arrayContaining(expected.paths))
        expect(new Set(paths).size).toBe(paths.length)
      }),
      { numRuns: 200 },
    )
  })
})

function plainResult(result: ReturnType<typeof execute>) {
  if (result instanceof Promise) throw new Error('resolvers here are synchronous')
  return { data: result.data, paths: (result.errors ?? []).map(({ path }) => path?.join('.')) }
}
