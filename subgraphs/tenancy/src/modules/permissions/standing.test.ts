import { describe, expect, test } from '@jest/globals'
import { definePermissions, listPermissions, TEMPLATE_ROLES } from '@logicspike/auth'
import fc from 'fast-check'
import { isWithin, limitedTo, type Standing, standingOf } from './standing.ts'

const blog = definePermissions('blog', [
  { name: 'posts.read', description: 'Read drafts.', roles: ['owner', 'admin', 'member'] },
  { name: 'posts.write', description: 'Write posts.', roles: ['owner', 'admin'] },
])
const names = [...listPermissions(), ...blog].map(({ name }) => name)
const permissions = fc.subarray(names)
const role = fc.oneof(
  fc.record({ template: fc.constantFrom(...TEMPLATE_ROLES), permissions: fc.constant([]) }),
  fc.record({ template: fc.constant(null), permissions }),
)
const standing = role.map((facts) => standingOf(facts, blog))

describe('standings', () => {
  test('each template is within the next higher one, and never the other way round', () => {
    const [owner, admin, member] = TEMPLATE_ROLES.map((template) =>
      standingOf({ template, permissions: [] }, blog),
    ) as [Standing, Standing, Standing]
    expect([isWithin(member, admin), isWithin(admin, owner)]).toEqual([true, true])
    expect([isWithin(owner, admin), isWithin(admin, member)]).toEqual([false, false])
  })

  test('a custom role with every permission of the Owner is still no Owner', () => {
    const owner = standingOf({ template: 'owner', permissions: [] }, blog)
    const impostor = standingOf({ template: null, permissions: [...owner.permissions] }, blog)
    expect(isWithin(owner, impostor)).toBe(false)
  })

  test('everybody is within themselves', () => {
    fc.assert(fc.property(standing, (one) => isWithin(one, one)))
  })

  test('within is transitive, so a chain of grants never widens', () => {
    fc.assert(
      fc.property(standing, standing, standing, (a, b, c) => {
        fc.pre(isWithin(a, b) && isWithin(b, c))
        expect(isWithin(a, c)).toBe(true)
      }),
    )
  })

  test('two that are within one another permit the same', () => {
    fc.assert(
      fc.property(standing, standing, (a, b) => {
        fc.pre(isWithin(a, b) && isWithin(b, a))
        expect(a.permissions).toEqual(b.permissions)
      }),
    )
  })

  test('a token never adds to a role', () => {
    fc.assert(
      fc.property(standing, permissions, (one, held) => {
        expect(isWithin(limitedTo(one, new Set(held)), one)).toBe(true)
      }),
    )
  })
})
