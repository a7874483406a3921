import { describe, expect, test } from '@jest/globals'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy({ workspacesPerUser: 3 })
const created = 'workspace { id name slug status requiresMfa purgeAfter viewerCanInvite }'

describe('createWorkspace', () => {
  test('makes the caller Owner of a new, active workspace', async () => {
    const person = tenancy.aPerson()
    const token = tenancy.neutralToken(person)
    const payload = await tenancy.mutate(
      token,
      'createWorkspace',
      { name: ' Acme  Inc. ' },
      created,
    )
    expect(payload.userErrors).toEqual([])
    expect(payload.workspace).toEqual({
      id: expect.stringMatching(/^wks_[0-9a-z]{26}$/),
      name: 'Acme Inc.',
      slug: expect.stringMatching(/^acme-inc-[0-9a-z]{6}$/),
      status: 'ACTIVE',
      requiresMfa: false,
      purgeAfter: null,
      viewerCanInvite: false,
    })
    const inside = await tenancy.tokenFor(person, payload.workspace.id)
    const { data, codes } = await tenancy.ask(
      inside,
      '{ viewer { workspace { id viewerCanInvite } member { role { template permissions } } permissions } }',
    )
    expect(codes).toEqual([])
    expect(data.viewer.workspace).toEqual({ id: payload.workspace.id, viewerCanInvite: true })
    expect(data.viewer.member.role.template).toBe('OWNER')
    expect(data.viewer.member.role.permissions).toEqual(data.viewer.permissions)
  })
})
