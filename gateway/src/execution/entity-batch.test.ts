import { describe, expect, test } from '@jest/globals'
import { gatherEntities } from './entity-batch.ts'
import type { JsonObject } from './json.ts'
import type { Representations } from './representations.ts'

/** Tells of entities by their `id` alone. */
const byId: Representations = ({ __typename }) =>
  typeof __typename === 'string'
    ? {
        only: 'id',
        write: ({ id }) => (id === undefined ? null : JSON.stringify([__typename, id])),
      }
    : null

const user = (id: unknown, more: JsonObject = {}): JsonObject => ({
  __typename: 'User',
  id,
  ...more,
})

function gather(data: JsonObject, ...paths: string[]) {
  const lacking: JsonObject[] = []
  const split = paths.map((path) => path.split('.'))
  const { texts, targets } = gatherEntities(data, split, byId, (object) => lacking.push(object))
  return { texts, targets, lacking }
}

describe('objects at one path', () => {
  test('that tell of one entity and hold the same become one, wherever they stood', () => {
    const deep = () => user('1', { of: [{ x: 1, y: [null, 'z'] }], n: null })
    const data: JsonObject = { list: [deep(), user('2'), [deep()], deep()] }
    const { texts, targets } = gather(data, 'list.@')
    const [one, two, [three], four] = data.list as [
      JsonObject,
      JsonObject,
      [JsonObject],
      JsonObject,
    ]
    expect(texts).toEqual(['["User","1"]', '["User","2"]'])
    expect(targets).toEqual([[one], [two]])
    expect([three === one, four === one]).toEqual([true, true])
    one.added = true
    expect(four.added).toBe(true)
  })

  test('become one as members of other objects, too', () => {
    const data: JsonObject = { posts: [{ by: user('1') }, { by: user('1') }, { by: [user('1')] }] }
    const { targets } = gather(data, 'posts.@.by')
    const [one, two, three] = data.posts as [JsonObject, JsonObject, { by: unknown[] }]
    expect(targets).toHaveLength(1)
    expect(targets[0]).toHaveLength(1)
    expect(one.by).toBe(two.by)
    expect(three.by[0]).toBe(one.by)
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['another value', { name: 'a' }, { name: 'b' }],
    ['a member more', { name: 'a' }, { name: 'a', age: 1 }],
    ['a member less', { name: 'a', age: 1 }, { name: 'a' }],
    ['as many others', { name: undefined }, { age: undefined }],
    ['null in place of an object', { of: null }, { of: {} }],
    ['a list in place of an object', { of: [] }, { of: {} }],
    ['an object in place of a list', { of: {} }, { of: [] }],
    ['a longer list', { of: [1] }, { of: [1, 2] }],
    ['another item', { of: [1, { x: 1 }] }, { of: [1, { x: 2 }] }],
    ['a text in place of a number', { n: 1 }, { n: '1' }],
  ])('that hold %s are asked for once and stay two', (_, one, two) => {
    const data: JsonObject = { list: [user('1', one), user('1', two)] }
    const before = structuredClone(data)
    const { texts, targets } = gather(data, 'list.@')
    expect(texts).toHaveLength(1)
    expect(targets).toEqual([data.list])
    expect((data.list as unknown[])[0]).not.toBe((data.list as unknown[])[1])
    expect(data).toEqual(before)
  })

  test('of two types are two entities, in whatever order they come', () => {
    const team = () => ({ __typename: 'Team', id: '1' })
    const data = { list: [user('1'), team(), user('1'), team(), team()] }
    const { texts, targets } = gather(data, 'list.@')
    expect(texts).toEqual(['["User","1"]', '["Team","1"]'])
    expect(targets.map(({ length }) => length)).toEqual([1, 1])
    expect(data.list.map(({ __typename }) => __typename)).toEqual([
      'User',
      'Team',
      'User',
      'Team',
      'Team',
    ])
  })

  test('whose key is no text are found by what is told of them', () => {
    const data = { list: [user(1), user('1'), user(1)] }
    const { texts } = gather(data, 'list.@')
    expect(texts).toEqual(['["User",1]', '["User","1"]'])
    expect(data.list[0]).toBe(data.list[2])
  })

  test('that cannot be asked for stay as they are and are told of', () => {
    const [nameless, keyless] = [{ id: '1' }, { __typename: 'User' }]
    const { texts, lacking } = gather({ list: [nameless, keyless, null, user('1')] }, 'list.@')
    expect(texts).toEqual(['["User","1"]'])
    expect(lacking).toEqual([nameless, keyless])
  })
})

describe('objects at several paths', () => {
  test('are asked for once, and stay apart: more may be added at one of them', () => {
    const data: JsonObject = { a: [user('1'), user('1')], b: user('1'), c: [user('2')] }
    const { texts, targets } = gather(data, 'a.@', 'b', 'c.@')
    const [one, two] = data.a as JsonObject[]
    expect(texts).toEqual(['["User","1"]', '["User","2"]'])
    expect(targets[0]).toEqual([one, data.b])
    expect([one === two, one === data.b]).toEqual([true, false])
  })
})
