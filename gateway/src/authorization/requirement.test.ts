import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  ANYBODY,
  AUTHENTICATED,
  allOf,
  anyOf,
  isMet,
  NOBODY,
  type Requirement,
  requiredScopes,
  scopes,
} from './requirement.ts'

const names = ['a:x.read', 'b:x.read', 'c:x.read', 'd:x.read']
const caller = fc
  .option(fc.subarray(names), { nil: null })
  .map((permissions) => permissions && { permissions: new Set(permissions) })
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.constantFrom(ANYBODY, NOBODY, AUTHENTICATED),
  fc.array(fc.subarray(names), { maxLength: 3 }).map(scopes),
)
const several = fc.array(requirement, { maxLength: 4 })

describe('requirements as an algebra', () => {
  test('all of several are met exactly by who meets each', () => {
    fc.assert(
      fc.property(several, caller, (all, held) => {
        expect(isMet(allOf(all), held)).toBe(all.every((one) => isMet(one, held)))
      }),
    )
  })

  test('any of several is met exactly by who meets one', () => {
    fc.assert(
      fc.property(several, caller, (all, held) => {
        expect(isMet(anyOf(all), held)).toBe(all.some((one) => isMet(one, held)))
      }),
    )
  })

  test('no alternative asks for more than another one does', () => {
    fc.assert(
      fc.property(several, (all) => {
        const alternatives = allOf(all).map((items) => [...items])
        for (const [at, one] of alternatives.entries()) {
          const others = alternatives.filter((_, place) => place !== at)
          expect(others.some((other) => other.every((item) => one.includes(item)))).toBe(false)
        }
      }),
    )
  })

  test('whoever holds more meets no less', () => {
    fc.assert(
      fc.property(requirement, fc.subarray(names), fc.subarray(names), (one, fewer, more) => {
        fc.pre(isMet(one, { permissions: new Set(fewer) }))
        expect(isMet(one, { permissions: new Set([...fewer, ...more]) })).toBe(true)
      }),
    )
  })
})

describe('who is meant', () => {
  const signedIn = { permissions: new Set<string>() }

  test.each<[string, Requirement, boolean, boolean]>([
    ['anybody', ANYBODY, true, true],
    ['nobody', NOBODY, false, false],
    ['the signed in', AUTHENTICATED, false, true],
    ['scopes of which none is asked for: still the signed in', scopes([[]]), false, true],
    ['no alternative of scopes', scopes([]), false, false],
    ['a scope', scopes([['a:x.read']]), false, false],
  ])('%s', (_, one, withoutToken, withToken) => {
    expect(isMet(one, null)).toBe(withoutToken)
    expect(isMet(one, signedIn)).toBe(withToken)
  })

  test('what is told of it are permissions only, sorted', () => {
    const both = allOf([AUTHENTICATED, scopes([['b:x.read', 'a:x.read'], ['c:x.read']])])
    expect(requiredScopes(both)).toEqual([['a:x.read', 'b:x.read'], ['c:x.read']])
  })
})
