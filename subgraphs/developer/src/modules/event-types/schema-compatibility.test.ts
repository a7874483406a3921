import { describe, expect, test } from '@jest/globals'
import { isCompatible } from './schema-compatibility.ts'

const post = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    author: { type: 'object', properties: { id: { type: 'string' } } },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['id'],
}
const withProperties = (properties: object, rest: object = {}) => ({
  ...post,
  properties: { ...post.properties, ...properties },
  ...rest,
})

describe('who understands the old schema goes on understanding', () => {
  test.each<[string, object]>([
    [
      'the same, in another order',
      { required: post.required, properties: post.properties, type: 'object' },
    ],
    ['what is described better', withProperties({}, { title: 'Post', description: 'A post.' })],
    ['a new property', withProperties({ slug: { type: 'string' } })],
    [
      'a new property that is always there',
      withProperties({ slug: {} }, { required: ['slug', 'id'] }),
    ],
    [
      'a new property further down',
      withProperties({
        author: { type: 'object', properties: { id: { type: 'string' }, name: {} } },
      }),
    ],
    [
      'items that are described better',
      withProperties({ tags: { type: 'array', items: { type: 'string', title: 'Tag' } } }),
    ],
  ])('%s', (_, after) => {
    expect(isCompatible(post, after)).toBe(true)
  })
})

describe('is another schema', () => {
  test.each<[string, object]>([
    ['a property less', { ...post, properties: { id: { type: 'string' } } }],
    ['a property of another type', withProperties({ id: { type: 'number' } })],
    ['a property of more types', withProperties({ id: { type: ['string', 'null'] } })],
    ['what need not be there any more', withProperties({}, { required: [] })],
    ['what does not say what must be there', withProperties({}, { required: undefined })],
    ['items of another type', withProperties({ tags: { type: 'array', items: {}, x: 1 } })],
    ['what allows no more', withProperties({}, { additionalProperties: false })],
    ['what is of no object', { type: 'string' }],
    ['none', {}],
  ])('%s', (_, after) => {
    expect(isCompatible(post, after)).toBe(false)
  })

  test('a new property where none was allowed', () => {
    const closed = { ...post, additionalProperties: false }
    expect(
      isCompatible(closed, withProperties({ slug: {} }, { additionalProperties: false })),
    ).toBe(false)
  })
})
