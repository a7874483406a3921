import { describe, expect, test } from '@jest/globals'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy({ customRolesPerWorkspace: 3 })
const create = (token: string, name: string, permissions: readonly string[]) =>
  tenancy.mutate(
    token,
    'createRole',
    { name, permissions },
    'role { id name template permissions viewerCanManage viewerCanGrant }',
  )

describe('createRole', () => {
  test('creates a role with exactly the permissions asked for, sorted, each once', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const payload = await create(await owner.token(), ' Office  manager ', [
      'tenancy:settings.update',
      'tenancy:members.read',
      'tenancy:members.read',
    ])
    expect(payload).toEqual({
      role: {
        id: expect.stringMatching(/^rol_/),
        name: 'Office manager',
        template: null,
        permissions: ['tenancy:members.read', 'tenancy:settings.update'],
        viewerCanManage: true,
        viewerCanGrant: true,
      },
      userErrors: [],
    })
    expect(await tenancy.eventsOf(payload.role.id)).toEqual(['role.created'])
  })

  test('a role may permit nothing', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    expect((await create(await owner.token(), 'Guest', [])).role.permissions).toEqual([])
  })

  describe('refuses as InvalidInputError', () => {
    test.each([
      ['a permission that does not exist', 'Editor', ['tenancy:members.rule'], 'permissions'],
      ['a wildcard', 'Editor', ['tenancy:*'], 'permissions'],
      ['a permission in capitals', 'Editor', ['TENANCY:members.read'], 'permissions'],
      ['a permission with a blank', 'Editor', ['tenancy:members.read '], 'permissions'],
      ['a permission for services only', 'Editor', ['tenancy:permissions.register'], 'permissions'],
      ['an empty name', '', [], 'name'],
      ['a name of 61 characters', 'x'.repeat(61), [], 'name'],
      ['a NUL in the name', 'Edi\0tor', [], 'name'],
    ])('%s', async (_, name, permissions, field) => {
      const { owner } = await tenancy.aWorkspace().build()
      const payload = await create(await owner.token(), name, permissions)
      expect(payload).toEqual({
        role: null,
        userErrors: [
          { __typename: 'InvalidInputError', message: expect.any(String), path: [field] },
        ],
      })
    })

    test('everything wrong at once', async () => {
      const { owner } = await tenancy.aWorkspace().build()
      const { userErrors } = await create(await owner.token(), '', ['nonsense'])
      expect(userErrors).toHaveLength(2)
    })
  })

  test('I5: an Admin puts nothing into a role that they may not do: PermissionsNotHeldError', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().build()
    const { data } = await tenancy.ask(
      (await workspace.others[0]?.token()) ?? '',
      `mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { id }
        userErrors { __typename ... on PermissionsNotHeldError { permissions path } } } }`,
      {
        input: {
          name: 'Usurper',
          permissions: [
            'tenancy:workspace.transfer',
            'tenancy:members.read',
            'tenancy:workspace.delete',
          ],
        },
      },
    )
    expect(data.createRole).toEqual({
      role: null,
      userErrors: [
        {
          __typename: 'PermissionsNotHeldError',
          permissions: ['tenancy:workspace.delete', 'tenancy:workspace.transfer'],
          path: ['permissions'],
        },
      ],
    })
  })

  test('I5: a token narrower than its holder’s role creates roles no wider than the token', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const narrow = await tenancy.tokenFor(workspace.owner.person, workspace.id, {
      scope: 'tenancy:roles.manage',
    })
    const payload = await create(narrow, 'Wide', ['tenancy:members.remove'])
    expect(payload.userErrors[0].__typename).toBe('PermissionsNotHeldError')
  })

  test.each([['owner'], ['ADMIN'], ['Ｍｅｍｂｅｒ'], ['editor']])(
    'the name %s is taken, whatever its case or width: RoleNameTakenError',
    async (name) => {
      const { owner } = await tenancy.aWorkspace().build()
      await create(await owner.token(), 'Editor', [])
      const payload = await create(await owner.token(), name, [])
      expect(payload.userErrors).toEqual([
        { __typename: 'RoleNameTakenError', message: expect.any(String), path: ['name'] },
      ])
    },
  )

  test('T3: another workspace may use the same name', async () => {
    const [one, other] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    await create(await one.owner.token(), 'Editor', [])
    expect((await create(await other.owner.token(), 'Editor', [])).userErrors).toEqual([])
  })

  test('of ten with one name at once, one is created; of ten names at once, as many as may be', async () => {
    const same = await tenancy.aWorkspace().build()
    const token = await same.owner.token()
    const sameName = await Promise.all(Array.from({ length: 10 }, () => create(token, 'Same', [])))
    expect(sameName.filter(({ role }) => role)).toHaveLength(1)

    const many = await tenancy.aWorkspace().build()
    const other = await many.owner.token()
    const names = await Promise.all(
      Array.from({ length: 10 }, (_, index) => create(other, `Role ${index}`, [])),
    )
    expect(names.filter(({ role }) => role)).toHaveLength(3)
    const kinds = names.flatMap(({ userErrors }) => userErrors)
    expect(new Set(kinds.map(({ __typename }) => __typename))).toEqual(
      new Set(['RoleLimitReachedError']),
    )
  })

  test('a Member creates none', async () => {
    const { others } = await tenancy.aWorkspace().withMember().build()
    await expect(create((await others[0]?.token()) ?? '', 'Mine', [])).rejects.toThrow('FORBIDDEN')
  })
})
