import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isSubset, parseScope, serialiseScope, sortScopes } from './scopes.ts'

/** Few words, so that generated sets overlap. */
const word = fc.constantFrom('a', 'b', 'blog', 'posts', 'post', 'posts-2', 'read', 'write', 'w9')
const permission = fc.tuple(word, word, word).map(([s, r, a]) => `${s}:${r}.${a}`)
const permissions = fc.array(permission, { maxLength: 12 })

describe('the scope algebra', () => {
  test('sorting gives an order by code unit, each permission once', () => {
    fc.assert(
      fc.property(permissions, (list) => {
        const sorted = sortScopes(list)
        expect(sorted.every((text, at) => at === 0 || (sorted[at - 1] ?? '') < text)).toBe(true)
        expect(new Set(sorted)).toEqual(new Set(list))
      }),
    )
  })

  test('sorting twice is sorting once', () => {
    fc.assert(
      fc.property(permissions, (list) => {
        expect(sortScopes(sortScopes(list))).toEqual(sortScopes(list))
      }),
    )
  })

  test('sorting does not depend on the order given', () => {
    const shuffled = permissions.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    )
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(serialiseScope(other)).toBe(serialiseScope(list))
      }),
    )
  })

  test('what is written is read as the same set', () => {
    fc.assert(
      fc.property(permissions, (list) => {
        expect(parseScope(serialiseScope(list))).toEqual(new Set(list))
      }),
    )
  })

  test('what can be read is exactly what is written', () => {
    const text = fc.oneof(
      fc.string(),
      permissions.map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(text, (scope) => {
        const read = parseScope(scope)
        if (read !== null) expect(serialiseScope(read)).toBe(scope)
      }),
    )
  })

  test('a set is a subset of itself and of every union with it', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        expect(isSubset(a, a)).toBe(true)
        expect(isSubset([], a)).toBe(true)
        expect(isSubset(a, [...a, ...b])).toBe(true)
        expect(isSubset(a, new Set([...a, ...b]))).toBe(true)
      }),
    )
  })

  test('two sets within each other are equal', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        const equal = serialiseScope(a) === serialiseScope(b)
        expect(isSubset(a, b) && isSubset(b, a)).toBe(equal)
      }),
    )
  })

  test('being a subset carries over', () => {
    fc.assert(
      fc.property(permissions, permissions, permissions, (a, b, c) => {
        if (isSubset(a, b) && isSubset(b, c)) expect(isSubset(a, c)).toBe(true)
      }),
    )
  })

  test('a set is within another exactly when nothing is left over', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        expect(isSubset(a, b)).toBe(a.filter((text) => !b.includes(text)).length === 0)
      }),
    )
  })

  test('a permission does not contain another that begins like it', () => {
    expect(isSubset(['blog:posts.write'], ['blog:posts.writer', 'blog:post.write'])).toBe(false)
    expect(isSubset(['blog:posts.writer'], ['blog:posts.write'])).toBe(false)
  })

  test('a wildcard contains nothing and cannot be written', () => {
    expect(isSubset(['blog:posts.write'], ['blog:*', '*', 'blog:posts.*'])).toBe(false)
    expect(() => serialiseScope(['blog:*'])).toThrow('"blog:*" is no permission')
  })

  test.each([
    ['a space after it', 'blog:posts.write '],
    ['a space before it', ' blog:posts.write'],
    ['two spaces', 'a:b.c  d:e.f'],
    ['only a space', ' '],
    ['another order', 'blog:posts.write blog:posts.read'],
    ['a repetition', 'a:b.c a:b.c'],
    ['a wildcard among permissions', 'a:b.c blog:*'],
    ['a line break', 'a:b.c\nd:e.f'],
    ['no text', undefined],
    ['a list', ['a:b.c']],
  ])('a scope with %s is refused', (_, scope) => {
    expect(parseScope(scope)).toBeNull()
  })

  test('an empty scope holds nothing', () => {
    expect(parseScope('')).toEqual(new Set())
  })
})
