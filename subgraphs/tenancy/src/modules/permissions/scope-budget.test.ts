import { describe, expect, test } from '@jest/globals'
import { listPermissions, PERMISSION_MAX_LENGTH } from '@logicspike/auth'
import { tokenForge } from '@logicspike/auth/testing'
import { ownerScopeBytes, SCOPE_BUDGET_BYTES } from './scope-budget.ts'

const TOKEN_MAX_BYTES = 4_096

describe('the size of the largest token', () => {
  test('the platform’s own permissions leave most of the budget to services', () => {
    expect(ownerScopeBytes([])).toBeLessThan(SCOPE_BUDGET_BYTES / 3)
    expect(SCOPE_BUDGET_BYTES).toBeLessThan(2_500)
  })

  test('services with fifty permissions of usual length fit beside them', () => {
    const registered = Array.from({ length: 50 }, (_, index) => ({
      name: `library:documents.act${String(index).padStart(2, '0')}`,
      service: 'library',
      description: 'Act.',
      roles: [],
    }))
    expect(ownerScopeBytes(registered)).toBeLessThan(SCOPE_BUDGET_BYTES)
  })

  test('an Owner’s token that uses the whole budget and twenty services stays under 4 KB', () => {
    const clock = { now: () => new Date() }
    const forge = tokenForge({ issuer: 'https://api.example.com', audience: 'logicspike', clock })
    const services = Array.from({ length: 20 }, (_, index) => `service-nr-${index}`)
    const token = forge.sign(forge.claims({ scope: 'x'.repeat(SCOPE_BUDGET_BYTES), services }))
    expect(token.length).toBeLessThan(TOKEN_MAX_BYTES)
  })

  test('what is for services only is in nobody’s scope', () => {
    const roles = listPermissions().filter(({ servicesOnly }) => !servicesOnly)
    const together = roles.map(({ name }) => name).join(' ')
    expect(ownerScopeBytes([])).toBe(together.length)
    expect(PERMISSION_MAX_LENGTH).toBeLessThan(SCOPE_BUDGET_BYTES)
  })
})
