import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { requiredScopes } from './denial.ts'
import {
  ANYBODY,
  AUTHENTICATED,
  allOf,
  anyOf,
  type Caller,
  entitledTo,
  holds,
  isMet,
  itemsOf,
  NOBODY,
  namesOf,
  policies,
  type Requirement,
  scopes,
} from './requirement.ts'

/** The same for permissions, services and policies, so that one taken for another shows. */
const names = ['a:x.read', 'b:x.read', 'c:x.read', 'd:x.read']
const some = fc.subarray(names)
const callerOf = (
  held: { permissions?: readonly string[]; services?: readonly string[] } | null,
  granted: readonly string[] = [],
): Caller => ({
  principal: held && { permissions: new Set(held.permissions), services: held.services ?? [] },
  policies: new Set(granted),
})
const caller = fc
  .tuple(fc.option(fc.record({ permissions: some, services: some }), { nil: null }), some)
  .map(([held, granted]) => callerOf(held, granted))
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.constantFrom(ANYBODY, NOBODY, AUTHENTICATED),
  fc.array(some, { maxLength: 3 }).map(scopes),
  fc.array(some, { maxLength: 3 }).map(policies),
  fc.constantFrom(...names).map(entitledTo),
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
      fc.property(requirement, caller, some, some, some, (one, fewer, p, s, granted) => {
        fc.pre(isMet(one, fewer))
        const { permissions = [], services = [] } = fewer.principal ?? {}
        const more = { permissions: [...permissions, ...p], services: [...services, ...s] }
        expect(isMet(one, callerOf(more, [...fewer.policies, ...granted]))).toBe(true)
      }),
    )
  })
})

describe('who is meant', () => {
  const signedIn = callerOf({})

  test.each<[string, Requirement, boolean, boolean]>([
    ['anybody', ANYBODY, true, true],
    ['nobody', NOBODY, false, false],
    ['the signed in', AUTHENTICATED, false, true],
    ['scopes of which none is asked for: still the signed in', scopes([[]]), false, true],
    ['no alternative of scopes', scopes([]), false, false],
    ['a scope', scopes([['a:x.read']]), false, false],
    ['a policy', policies([['a']]), false, false],
    ['no alternative of policies', policies([]), false, false],
    ['a service', entitledTo('blog'), false, false],
  ])('%s', (_, one, withoutToken, withToken) => {
    expect(isMet(one, callerOf(null))).toBe(withoutToken)
    expect(isMet(one, signedIn)).toBe(withToken)
  })

  test.each<[string, Requirement, Caller]>([
    ['a permission', scopes([['x']]), callerOf({ services: ['x'] }, ['x'])],
    ['a service', entitledTo('x'), callerOf({ permissions: ['x'] }, ['x'])],
    ['a policy', policies([['x']]), callerOf({ permissions: ['x'], services: ['x'] })],
  ])('%s is not held by who holds something else of that name', (_, one, held) => {
    expect(isMet(one, held)).toBe(false)
  })

  test('no name can pass for something of another kind', () => {
    const sly = ['signed-in', 'service blog', 'policy p', 'permission a']
    const items = itemsOf([scopes([sly]), policies([sly])])
    expect(namesOf('service', items)).toEqual([])
    expect(namesOf('policy', items)).toEqual([...sly].sort())
    expect(items.filter((item) => holds(callerOf({}), item))).toEqual(['signed-in'])
  })

  test('a policy may grant to nobody, a scope may not', () => {
    expect(isMet(policies([['p'], ['q']]), callerOf(null, ['q']))).toBe(true)
    expect(isMet(allOf([policies([['p']]), AUTHENTICATED]), callerOf(null, ['p']))).toBe(false)
  })

  test('what is told of it are permissions only, sorted', () => {
    const both = allOf([
      AUTHENTICATED,
      entitledTo('blog'),
      scopes([['b:x.read', 'a:x.read'], ['c:x.read']]),
    ])
    expect(requiredScopes(both)).toEqual([['a:x.read', 'b:x.read'], ['c:x.read']])
  })
})
