import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const remove = (token: string, id: string | undefined) =>
  tenancy.mutate(token, 'deleteRole', { id }, 'deletedRoleId')
const give = (token: string, memberId: string | undefined, roleId: string | undefined) =>
  tenancy.mutate(token, 'changeMemberRole', { memberId, roleId }, 'member { id }')
const kindsOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors.map(({ __typename }) => __typename)

describe('deleteRole', () => {
  test('I12: not while somebody holds it: RoleInUseError, with how many', async () => {
    const workspace = await tenancy.aWorkspace().withRole('Editor', []).build()
    const { data } = await tenancy.ask(
      await workspace.owner.token(),
      `mutation ($input: DeleteRoleInput!) { deleteRole(input: $input) { deletedRoleId
        userErrors { __typename ... on RoleInUseError { memberCount path } } } }`,
      { input: { id: workspace.roles.Editor } },
    )
    expect(data.deleteRole).toEqual({
      deletedRoleId: null,
      userErrors: [{ __typename: 'RoleInUseError', memberCount: 1, path: ['id'] }],
    })
  })

  test('deletes a role that nobody holds any more', async () => {
    const workspace = await tenancy.aWorkspace().withRole('Editor', []).build()
    const token = await workspace.owner.token()
    await give(token, workspace.others[0]?.memberId, workspace.roles.Member)
    expect(await remove(token, workspace.roles.Editor)).toEqual({
      deletedRoleId: workspace.roles.Editor,
      userErrors: [],
    })
    const { data } = await tenancy.ask(token, 'query ($id: ID!) { role(id: $id) { id } }', {
      id: workspace.roles.Editor,
    })
    expect(data.role).toBeNull()
    expect(await tenancy.eventsOf(workspace.roles.Editor ?? '')).toEqual([
      'role.created',
      'role.deleted',
    ])
  })

  test.each([1, 2, 3, 4])(
    'I12: deleted while it is being given away (round %d): one of both',
    async () => {
      const workspace = await tenancy.aWorkspace().withRole('Editor', []).withMember().build()
      const token = await workspace.owner.token()
      const [editor, member] = workspace.others
      await give(token, editor?.memberId, workspace.roles.Member)
      const [deleted, given] = await Promise.allSettled([
        remove(token, workspace.roles.Editor),
        give(token, member?.memberId, workspace.roles.Editor),
      ])
      const wasDeleted = deleted.status === 'fulfilled' && deleted.value.deletedRoleId !== null
      const wasGiven = given.status === 'fulfilled' && given.value.member !== null
      expect([wasDeleted, wasGiven].filter(Boolean)).toHaveLength(1)
      if (given.status === 'rejected') expect(given.reason.message).toBe('NOT_FOUND')
    },
  )

  test.each([['Owner'], ['Admin'], ['Member']])(
    'the template %s stays: TemplateRoleError',
    async (name) => {
      const workspace = await tenancy.aWorkspace().build()
      expect(kindsOf(await remove(await workspace.owner.token(), workspace.roles[name]))).toEqual([
        'TemplateRoleError',
      ])
    },
  )

  test('I5: an Admin does not delete a role wider than their own: RoleOutOfReachError', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withAdmin()
      .withRole('Undertaker', ['tenancy:workspace.delete'])
      .build()
    const payload = await remove(
      (await workspace.others[0]?.token()) ?? '',
      workspace.roles.Undertaker,
    )
    expect(kindsOf(payload)).toEqual(['RoleOutOfReachError'])
  })

  test('I8, T2: another workspace’s role is absent, as an id that does not exist', async () => {
    const [own, foreign] = [
      await tenancy.aWorkspace().build(),
      await tenancy.aWorkspace().withRole('Editor', []).build(),
    ]
    const token = await own.owner.token()
    for (const id of [foreign.roles.Editor, newId('role'), 'garbage']) {
      await expect(remove(token, id)).rejects.toThrow('NOT_FOUND')
    }
  })
})
