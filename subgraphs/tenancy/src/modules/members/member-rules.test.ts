import { describe, expect, test } from '@jest/globals'
import { listPermissions, TEMPLATE_ROLES } from '@logicspike/auth'
import fc from 'fast-check'
import { isWithin, standingOf } from '../permissions/standing.ts'
import {
  mayChangeRole,
  mayGrant,
  mayManageRole,
  mayRemove,
  mayTransferOwnership,
} from './member-rules.ts'

const of = (template: 'owner' | 'admin' | 'member') => ({
  member: { id: `mem_${template}` },
  standing: standingOf({ template, permissions: [] }, []),
})
const subject = (template: 'owner' | 'admin' | 'member') => ({
  id: 'mem_subject',
  standing: of(template).standing,
})
const custom = (...permissions: string[]) => ({
  member: { id: 'mem_custom' },
  standing: standingOf({ template: null, permissions }, []),
})

describe('who may do what to whom', () => {
  test('an Admin touches Members and Admins, and no Owner', () => {
    const admin = of('admin')
    expect(
      [subject('member'), subject('admin'), subject('owner')].map((it) => mayChangeRole(admin, it)),
    ).toEqual([true, true, false])
    expect(
      [subject('member'), subject('admin'), subject('owner')].map((it) => mayRemove(admin, it)),
    ).toEqual([true, true, false])
  })

  test('an Admin makes nobody an Owner', () => {
    expect(mayGrant(of('admin'), of('owner').standing)).toBe(false)
  })

  test('a Member touches nobody', () => {
    for (const template of TEMPLATE_ROLES) {
      expect(mayChangeRole(of('member'), subject(template))).toBe(false)
      expect(mayRemove(of('member'), subject(template))).toBe(false)
    }
  })

  test('somebody who is no member may do nothing', () => {
    expect(mayGrant(null, of('member').standing)).toBe(false)
    expect(mayRemove(null, subject('member'))).toBe(false)
    expect(mayTransferOwnership(null)).toBe(false)
  })

  test('nobody removes themselves; that is leaving', () => {
    const owner = of('owner')
    expect(mayRemove(owner, { ...owner.member, standing: owner.standing })).toBe(false)
  })

  test('a custom role with every permission still cannot give ownership away', () => {
    const all = listPermissions().map(({ name }) => name)
    expect(mayTransferOwnership(custom(...all))).toBe(false)
    expect(mayTransferOwnership(of('owner'))).toBe(true)
  })

  test('a role that permits what its editor may not do is out of reach', () => {
    const editor = custom('tenancy:roles.manage', 'tenancy:members.read')
    const role = (...permissions: string[]) => standingOf({ template: null, permissions }, [])
    expect(mayManageRole(editor, role('tenancy:members.read'))).toBe(true)
    expect(mayManageRole(editor, role('tenancy:members.remove'))).toBe(false)
  })

  test('whoever may change a role may never give more than they have', () => {
    const permissions = fc.subarray(listPermissions().map(({ name }) => name))
    const standing = permissions.map((names) =>
      standingOf({ template: null, permissions: names }, []),
    )
    fc.assert(
      fc.property(standing, standing, (own, role) => {
        const acting = { member: { id: 'mem_a' }, standing: own }
        expect(mayGrant(acting, role)).toBe(isWithin(role, own))
      }),
    )
  })
})
