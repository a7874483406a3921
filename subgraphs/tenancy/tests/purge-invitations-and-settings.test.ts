import { expect, test } from '@jest/globals'
import { purgeDeletedWorkspaces } from '../src/modules/workspaces/purge-deleted-workspaces.job.ts'
import { useInvitations } from './support/invitations.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const { invited } = useInvitations(tenancy)

const LEFT = `
  select 'invitation' as kind from tenancy.invitations where tenant_id = $1
  union all select 'setting' from tenancy.workspace_settings where tenant_id = $1
  union all select 'preference' from tenancy.member_preferences where tenant_id = $1`

test('what a workspace has invited, set and preferred goes with it, and nobody else’s', async () => {
  const workspaces = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
  for (const { owner, roles } of workspaces) {
    await invited(owner, tenancy.aPerson().email, roles.Member ?? '')
    const patch = { timezone: 'Asia/Kolkata' }
    const token = await owner.token()
    await tenancy.mutate(token, 'updateWorkspaceSettings', { patch }, 'workspace { id }')
    await tenancy.mutate(token, 'updateMyPreferences', { patch }, 'member { id }')
  }
  const [gone, kept] = workspaces
  const everything = ['invitation', 'preference', 'setting']
  const left = async (workspace = kept) => {
    const rows = await tenancy.database.asAdmin<{ kind: string }>(LEFT, [workspace?.id])
    return rows.map(({ kind }) => kind).sort()
  }
  expect(await left(gone)).toEqual(everything)

  const token = (await gone?.owner.token()) ?? ''
  await tenancy.mutate(token, 'deleteWorkspace', null, 'workspace { id }')
  tenancy.clock.advance(31 * 86_400)
  expect(await purgeDeletedWorkspaces(tenancy.app.contexts.forJob('test'))).toBe(1)
  expect(await left(gone)).toEqual([])
  expect(await left(kept)).toEqual(everything)
})
