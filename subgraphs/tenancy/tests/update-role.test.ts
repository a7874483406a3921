import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const update = (token: string, id: string | undefined, patch: object) =>
  tenancy.mutate(token, 'updateRole', { id, patch }, 'role { id name permissions }')
const read = ['tenancy:members.read', 'tenancy:roles.read', 'tenancy:workspace.read']
const kindsOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors.map(({ __typename }) => __typename)

async function aWorkspaceWithEditors() {
  const workspace = await tenancy
    .aWorkspace()
    .withRole('Editor', [...read, 'tenancy:settings.update'])
    .withAdmin()
    .build()
  const [editor, admin] = workspace.others
  if (!editor || !admin) throw new Error('Somebody is missing.')
  return { workspace, editor, admin, roleId: workspace.roles.Editor }
}

describe('updateRole', () => {
  test('narrows at once what everybody who holds it may do', async () => {
    const { workspace, editor, roleId } = await aWorkspaceWithEditors()
    const old = await editor.token()
    const payload = await update(await workspace.owner.token(), roleId, { permissions: read })
    expect(payload).toEqual({
      role: { id: roleId, name: 'Editor', permissions: read },
      userErrors: [],
    })

    await tenancy.learnRevocations()
    expect((await tenancy.ask(old, '{ workspace { id } }')).codes).toEqual(['UNAUTHENTICATED'])
    const { data } = await tenancy.ask(await editor.token(), '{ viewer { permissions } }')
    expect(data.viewer.permissions).toEqual(read)
    expect(await tenancy.eventsOf(roleId ?? '')).toEqual(['role.created', 'role.changed'])
  })

  test('a new name alone ends no token', async () => {
    const { workspace, editor, roleId } = await aWorkspaceWithEditors()
    const token = await editor.token()
    const payload = await update(await workspace.owner.token(), roleId, { name: 'Author' })
    expect(payload.role.name).toBe('Author')
    await tenancy.learnRevocations()
    expect((await tenancy.ask(token, '{ workspace { id } }')).codes).toEqual([])
  })

  test('an empty patch changes nothing and is no event', async () => {
    const { workspace, roleId } = await aWorkspaceWithEditors()
    const token = await workspace.owner.token()
    expect(kindsOf(await update(token, roleId, {}))).toEqual([])
    expect(kindsOf(await update(token, roleId, { name: null, permissions: null }))).toEqual([])
    expect(await tenancy.eventsOf(roleId ?? '')).toEqual(['role.created'])
  })

  test('the holders of other roles keep their tokens', async () => {
    const { workspace, admin, roleId } = await aWorkspaceWithEditors()
    const token = await admin.token()
    await update(await workspace.owner.token(), roleId, { permissions: [] })
    await tenancy.learnRevocations()
    expect((await tenancy.ask(token, '{ workspace { id } }')).codes).toEqual([])
  })

  test('ten thousand holders are bumped by one statement, each of them', async () => {
    const { workspace, roleId } = await aWorkspaceWithEditors()
    await tenancy.database.asAdmin(
      `insert into tenancy.memberships (id, tenant_id, user_id, role_id, joined_at)
       select 'mem_' || lpad(n::text, 26, '0'), $1, 'usr_' || lpad(n::text, 26, '0'), $2, now()
       from generate_series(1, 10000) as n`,
      [workspace.id, roleId],
    )
    const started = performance.now()
    await update(await workspace.owner.token(), roleId, { permissions: read })
    const milliseconds = performance.now() - started
    const [epochs] = await tenancy.database.asAdmin<{ count: string }>(
      'select count(*) from tenancy.membership_epochs where tenant_id = $1 and epoch = 1',
      [workspace.id],
    )
    const [bumps] = await tenancy.database.asAdmin<{ count: string }>(
      `select count(*) from tenancy.epoch_bumps where subject like 'member:' || $1 || ':%'`,
      [workspace.id],
    )
    // Ten thousand, and the one Editor from before.
    expect([Number(epochs?.count), Number(bumps?.count)]).toEqual([10_001, 10_001])
    expect(milliseconds).toBeLessThan(10_000)
  })

  describe('I5: nobody widens themselves', () => {
    test('a holder who manages roles adds nothing to the role they hold', async () => {
      const workspace = await tenancy
        .aWorkspace()
        .withRole('Registrar', [...read, 'tenancy:roles.manage'])
        .build()
      const [registrar] = workspace.others
      const payload = await update((await registrar?.token()) ?? '', workspace.roles.Registrar, {
        permissions: [...read, 'tenancy:roles.manage', 'tenancy:members.remove'],
      })
      expect(kindsOf(payload)).toEqual(['PermissionsNotHeldError'])
    })

    test('an Admin does not touch a role that permits what they may not do, even to narrow it', async () => {
      const workspace = await tenancy
        .aWorkspace()
        .withAdmin()
        .withRole('Undertaker', ['tenancy:workspace.delete'])
        .build()
      const payload = await update(
        (await workspace.others[0]?.token()) ?? '',
        workspace.roles.Undertaker,
        {
          permissions: [],
        },
      )
      expect(kindsOf(payload)).toEqual(['RoleOutOfReachError'])
    })

    test.each([['Owner'], ['Admin'], ['Member']])(
      'the template %s is the same for all: TemplateRoleError',
      async (name) => {
        const { workspace } = await aWorkspaceWithEditors()
        const payload = await update(await workspace.owner.token(), workspace.roles[name], {
          permissions: read,
        })
        expect(kindsOf(payload)).toEqual(['TemplateRoleError'])
      },
    )
  })

  test('refuses bad values at their paths', async () => {
    const { workspace, roleId } = await aWorkspaceWithEditors()
    const payload = await update(await workspace.owner.token(), roleId, {
      name: '',
      permissions: ['nonsense'],
    })
    expect(payload.userErrors.map(({ path }: { path: string[] }) => path)).toEqual([
      ['patch', 'name'],
      ['patch', 'permissions'],
    ])
  })

  test('refuses a name that another role has, and keeps its own: RoleNameTakenError', async () => {
    const { workspace, roleId } = await aWorkspaceWithEditors()
    const token = await workspace.owner.token()
    expect(kindsOf(await update(token, roleId, { name: 'ADMIN' }))).toEqual(['RoleNameTakenError'])
    expect(kindsOf(await update(token, roleId, { name: 'EDITOR' }))).toEqual([])
  })

  test('I8, T2: another workspace’s role is absent, as an id that does not exist', async () => {
    const own = await aWorkspaceWithEditors()
    const foreign = await aWorkspaceWithEditors()
    const token = await own.workspace.owner.token()
    for (const id of [foreign.roleId, foreign.workspace.roles.Owner, newId('role'), 'rol_\0']) {
      await expect(update(token, id, { name: 'Mine' })).rejects.toThrow('NOT_FOUND')
    }
    expect(await tenancy.eventsOf(foreign.roleId ?? '')).toEqual(['role.created'])
  })

  test('a Member changes none', async () => {
    const workspace = await tenancy.aWorkspace().withMember().withRole('Editor', []).build()
    const changing = update((await workspace.others[0]?.token()) ?? '', workspace.roles.Editor, {})
    await expect(changing).rejects.toThrow('FORBIDDEN')
  })
})
