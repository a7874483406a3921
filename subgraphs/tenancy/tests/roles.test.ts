import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const ROLES = '{ roles { id name template permissions viewerCanManage viewerCanGrant } }'

type Role = {
  name: string
  template: string | null
  permissions: string[]
  viewerCanManage: boolean
  viewerCanGrant: boolean
}

describe('roles', () => {
  test('lists the templates first, then the custom roles, each with its exact permissions', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withRole('Editor', ['tenancy:members.read'])
      .build()
    const { data } = await tenancy.ask(await workspace.owner.token(), ROLES)
    expect(data.roles.map(({ name, template }: Role) => [name, template])).toEqual([
      ['Owner', 'OWNER'],
      ['Admin', 'ADMIN'],
      ['Member', 'MEMBER'],
      ['Editor', null],
    ])
    expect(data.roles.at(-1).permissions).toEqual(['tenancy:members.read'])
    expect(data.roles[0].permissions).toContain('tenancy:workspace.transfer')
    expect(data.roles[1].permissions).not.toContain('tenancy:workspace.transfer')
  })

  test('says what the viewer may do with each', async () => {
    const workspace = await tenancy
      .aWorkspace()
      .withAdmin()
      .withRole('Editor', ['tenancy:members.read'])
      .withRole('Undertaker', ['tenancy:workspace.delete'])
      .build()
    const { data } = await tenancy.ask((await workspace.others[0]?.token()) ?? '', ROLES)
    const may = Object.fromEntries(
      data.roles.map((role: Role) => [role.name, [role.viewerCanManage, role.viewerCanGrant]]),
    )
    expect(may).toEqual({
      Owner: [false, false],
      Admin: [false, true],
      Member: [false, true],
      Editor: [true, true],
      Undertaker: [false, false],
    })
  })

  test('T1: another workspace’s role is null, as is one that does not exist', async () => {
    const [own, foreign] = [await tenancy.aWorkspace().build(), await tenancy.aWorkspace().build()]
    const token = await own.owner.token()
    for (const id of [foreign.roles.Owner, newId('role'), newId('member'), 'rol_\0']) {
      const { data, codes } = await tenancy.ask(
        token,
        'query ($id: ID!) { role(id: $id) { id } }',
        { id },
      )
      expect([data, codes]).toEqual([{ role: null }, []])
    }
  })
})

describe('permissions', () => {
  test('lists every permission a role can have, and none for services only', async () => {
    const { owner } = await tenancy.aWorkspace().build()
    const { data } = await tenancy.ask(
      await owner.token(),
      '{ permissions { name service description templates } viewer { permissions } }',
    )
    const names = data.permissions.map(({ name }: { name: string }) => name)
    expect(names).toEqual(data.viewer.permissions)
    expect(data.permissions).toContainEqual({
      name: 'tenancy:members.invite',
      service: 'tenancy',
      description: expect.stringMatching(/\.$/),
      templates: ['OWNER', 'ADMIN'],
    })
  })
})
