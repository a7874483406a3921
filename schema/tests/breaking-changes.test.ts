import { describe, expect, test } from '@jest/globals'
import { compareApiSchemas } from '../src/breaking-changes.ts'

const today = new Date('2027-04-02T00:00:00Z')
const compare = (before: string, after: string) => compareApiSchemas(before, after, today)

describe('comparing API schemas', () => {
  test('finds nothing in an API that only grew', () => {
    expect(compare('type Query { a: Int }', 'type Query { a: Int b: Int }')).toEqual({
      breaking: [],
      dangerous: [],
    })
  })

  test('finds a removed field', () => {
    expect(compare('type Query { a: Int b: Int }', 'type Query { a: Int }').breaking).toEqual([
      'Query.b was removed.',
    ])
  })

  test('finds a new required input', () => {
    const before = 'type Query { a(in: In): Int } input In { a: Int }'
    const after = 'type Query { a(in: In): Int } input In { a: Int b: Int! }'
    expect(compare(before, after).breaking).toEqual([
      'A required field b on input type In was added.',
    ])
  })

  test('calls a new enum value dangerous, not breaking', () => {
    const before = 'type Query { a: Kind } enum Kind { A }'
    const after = 'type Query { a: Kind } enum Kind { A B }'
    expect(compare(before, after)).toEqual({
      breaking: [],
      dangerous: ['B was added to enum type Kind.'],
    })
  })

  describe('removing what was deprecated', () => {
    const removedAfter = (day: string) =>
      `type Query { a: Int b: Old @deprecated(reason: "Use a. Removed after ${day}.") }
       interface Named { name: String }
       type Old implements Named { name: String newer: Newer }
       type Newer { a: Int }`

    test('is no break once the announced day has passed, together with its types', () => {
      expect(compare(removedAfter('2027-04-01'), 'type Query { a: Int }').breaking).toEqual([])
    })

    test('is a break on the announced day itself', () => {
      expect(compare(removedAfter('2027-04-02'), 'type Query { a: Int }').breaking).toContain(
        'Query.b was removed.',
      )
    })

    test('is a break where no day was announced', () => {
      const before = 'type Query { a: Int b: Int @deprecated }'
      expect(compare(before, 'type Query { a: Int }').breaking).toEqual(['Query.b was removed.'])
    })

    test('does not excuse the removal of a type that a living interface still leads to', () => {
      const before = `type Query { node: Node old: Plan @deprecated(reason: "Removed after 2027-01-01.") }
        interface Node { id: ID! } type Plan implements Node { id: ID! } type Coin implements Node { id: ID! }`
      const after = `type Query { node: Node } interface Node { id: ID! } type Coin implements Node { id: ID! }`
      expect(compare(before, after).breaking).toEqual(['Plan was removed.'])
    })
  })
})
