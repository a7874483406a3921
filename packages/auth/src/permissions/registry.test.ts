import { describe, expect, test } from '@jest/globals'
import { definePermissions, isPermission } from './permission.ts'
import {
  expandRole,
  isPlatformService,
  listPermissions,
  rankOf,
  TEMPLATE_ROLES,
} from './registry.ts'
import { isSubset, serialiseScope } from './scopes.ts'

const blog = definePermissions('blog', [
  { name: 'posts.read', description: 'Read drafts.', roles: ['admin', 'member'] },
  { name: 'posts.write', description: 'Write posts.', roles: ['admin'] },
  { name: 'posts.purge', description: 'Delete posts for good.', roles: [] },
])

describe('the permission registry', () => {
  test('every permission is well formed, described, and listed once', () => {
    const names = listPermissions().map(({ name }) => name)
    expect(names.every(isPermission)).toBe(true)
    expect(new Set(names).size).toBe(names.length)
    expect(listPermissions().every(({ description }) => description.endsWith('.'))).toBe(true)
  })

  test('the Owner holds every permission but those for services only', () => {
    expect(expandRole('owner')).toEqual(
      listPermissions()
        .filter(({ servicesOnly }) => !servicesOnly)
        .map(({ name }) => name)
        .sort(),
    )
    expect(expandRole('owner')).not.toContain('tenancy:permissions.register')
  })

  test('the Admin holds all but what ends, suspends or gives away the workspace', () => {
    const held = new Set(expandRole('admin'))
    expect(expandRole('owner').filter((name) => !held.has(name))).toEqual([
      'tenancy:workspace.delete',
      'tenancy:workspace.suspend',
      'tenancy:workspace.transfer',
    ])
  })

  test('the Member reads and does nothing else', () => {
    expect(expandRole('member')).toEqual([
      'tenancy:members.read',
      'tenancy:roles.read',
      'tenancy:settings.read',
      'tenancy:workspace.read',
    ])
  })

  test('each template holds what the next lower one holds', () => {
    const [owner, admin, member] = TEMPLATE_ROLES.map((role) => expandRole(role, blog))
    expect(isSubset(member ?? [], admin ?? [])).toBe(true)
    expect(isSubset(admin ?? [], owner ?? [])).toBe(true)
  })

  test('permissions of other services join the templates they name, and always the Owner', () => {
    expect(expandRole('member', blog)).toContain('blog:posts.read')
    expect(expandRole('member', blog)).not.toContain('blog:posts.write')
    expect(expandRole('admin', blog)).not.toContain('blog:posts.purge')
    expect(expandRole('owner', blog)).toContain('blog:posts.purge')
  })

  test('a role expands into what a token can carry', () => {
    for (const role of TEMPLATE_ROLES) {
      const permissions = expandRole(role, blog)
      expect(serialiseScope(permissions)).toBe(permissions.join(' '))
    }
  })

  test.each([
    ['under the name of a service of the platform', 'tenancy', 'members.hide'],
    ['under the name of a service that is still to come', 'billing', 'coins.mint'],
  ])('another service cannot register %s', (_, service, name) => {
    const extra = definePermissions(service, [{ name, description: 'x.', roles: ['member'] }])
    expect(() => expandRole('member', extra)).toThrow('belongs to the platform')
  })

  test('another service cannot smuggle a name of the platform past its own', () => {
    const smuggled = { ...blog[0], name: 'tenancy:workspace.delete', service: 'blog' }
    expect(() =>
      expandRole('member', [{ description: '', roles: ['member'], ...smuggled }]),
    ).toThrow('belongs to the platform')
  })

  test('a malformed permission of another service is refused', () => {
    const wildcard = {
      name: 'blog:*',
      service: 'blog',
      description: '',
      roles: ['member'],
    } as const
    expect(() => expandRole('member', [wildcard])).toThrow('is no permission')
  })

  test('ranks order the templates', () => {
    expect(rankOf('owner')).toBeGreaterThan(rankOf('admin'))
    expect(rankOf('admin')).toBeGreaterThan(rankOf('member'))
    expect([...TEMPLATE_ROLES].sort((a, b) => rankOf(b) - rankOf(a))).toEqual(TEMPLATE_ROLES)
  })

  test('names of the platform are reserved', () => {
    expect(isPlatformService('identity')).toBe(true)
    expect(isPlatformService('blog')).toBe(false)
  })
})
