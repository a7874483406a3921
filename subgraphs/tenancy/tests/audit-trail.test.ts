import { describe, expect, test } from '@jest/globals'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()

type Row = {
  type: string
  class: string
  tenant_id: string
  actor: { kind: string; id: string; sessionId: string }
  data: { action: string; outcome: string; target: object; details: object }
}
const trailOf = (tenantId: string) =>
  tenancy.database.asAdmin<Row>(
    'select type, class, tenant_id, actor, data from tenancy.outbox where tenant_id = $1 order by id',
    [tenantId],
  )

describe('every change', () => {
  test('is told once as an event and once to auditors, with who did it', async () => {
    const workspace = await tenancy.aWorkspace().withMember().withRole('Editor', []).build()
    const [member] = workspace.others
    const token = () => workspace.owner.token()
    await tenancy.mutate(await token(), 'renameWorkspace', { name: 'New name' }, 'workspace { id }')
    await tenancy.mutate(
      await token(),
      'changeMemberRole',
      { memberId: member?.memberId, roleId: workspace.roles.Editor },
      'member { id }',
    )
    await tenancy.mutate(
      await token(),
      'removeMember',
      { memberId: member?.memberId },
      'removedMemberId',
    )

    const trail = await trailOf(workspace.id)
    const events = trail.filter((row) => row.class === 'domain').map(({ type }) => type)
    const audits = trail.filter((row) => row.class === 'audit').map(({ data }) => data.action)
    expect(events).toEqual([
      'workspace.created',
      'member.joined',
      'role.created',
      'workspace.renamed',
      'member.role_changed',
      'member.removed',
    ])
    expect(audits).toEqual(events)
    for (const { actor } of trail) {
      expect(actor).toMatchObject({ kind: 'user', id: workspace.owner.person.id })
    }
    expect(trail.at(-1)?.data).toMatchObject({
      action: 'member.removed',
      outcome: 'success',
      target: { type: 'member', id: member?.memberId },
      details: { by: 'removal', userId: member?.person.id },
    })
  })

  test('that is refused is told to nobody', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const before = await trailOf(workspace.id)
    await tenancy.mutate(await workspace.owner.token(), 'leaveWorkspace', null, 'leftWorkspaceId')
    await tenancy.mutate(
      await workspace.owner.token(),
      'renameWorkspace',
      { name: '' },
      'workspace { id }',
    )
    expect(await trailOf(workspace.id)).toEqual(before)
  })
})
