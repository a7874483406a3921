import { describe, expect, test } from '@jest/globals'
import { ACCESS_TOKEN_MAX_TTL_SECONDS } from '@logicspike/auth'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()
const MAY = ['tenancy:permissions.register']
const register = (token: string, service: string, permissions: readonly object[]) =>
  tenancy.mutate(
    token,
    'registerServicePermissions',
    { service, permissions },
    'permissions { name service description templates }',
  )
const permission = (name: string, templates: readonly string[] = [], description = 'Do it.') => ({
  name,
  description,
  templates,
})
const token = (service: string) => tenancy.serviceToken(service, MAY)
const kindsOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors.map(({ __typename }) => __typename)

describe('registerServicePermissions', () => {
  test('adds permissions that tokens and roles can have from now on, in every workspace', async () => {
    const workspace = await tenancy.aWorkspace().withAdmin().withMember().build()
    const payload = await register(token('blog'), 'blog', [
      permission('blog:posts.write', ['ADMIN'], ' Write  posts. '),
      permission('blog:posts.read', ['MEMBER']),
      permission('blog:posts.purge'),
    ])
    expect(payload).toEqual({
      permissions: [
        { name: 'blog:posts.purge', service: 'blog', description: 'Do it.', templates: ['OWNER'] },
        {
          name: 'blog:posts.read',
          service: 'blog',
          description: 'Do it.',
          templates: ['OWNER', 'ADMIN', 'MEMBER'],
        },
        {
          name: 'blog:posts.write',
          service: 'blog',
          description: 'Write posts.',
          templates: ['OWNER', 'ADMIN'],
        },
      ],
      userErrors: [],
    })
    const held = await Promise.all(
      [workspace.owner, ...workspace.others].map(async (one) => {
        const { data } = await tenancy.ask(await one.token(), '{ viewer { permissions } }')
        return data.viewer.permissions.filter((name: string) => name.startsWith('blog:'))
      }),
    )
    expect(held).toEqual([
      ['blog:posts.purge', 'blog:posts.read', 'blog:posts.write'],
      ['blog:posts.read', 'blog:posts.write'],
      ['blog:posts.read'],
    ])
    const role = await tenancy.mutate(
      await workspace.owner.token(),
      'createRole',
      { name: 'Author', permissions: ['blog:posts.write'] },
      'role { permissions }',
    )
    expect(role.role.permissions).toEqual(['blog:posts.write'])
    expect(await tenancy.eventsOf('blog')).toEqual(['permissions.registered'])
  })

  test('an Owner whose token is older than a registration can still give the Owner’s role', async () => {
    const workspace = await tenancy.aWorkspace().withMember().build()
    const old = await workspace.owner.token()
    await register(token('wiki'), 'wiki', [permission('wiki:pages.write', ['ADMIN'])])
    const input = { memberId: workspace.others[0]?.memberId, roleId: workspace.roles.Owner }
    const payload = await tenancy.mutate(old, 'changeMemberRole', input, 'member { id }')
    expect(payload.userErrors).toEqual([])
    // By the time this no longer helps, no such token is alive.
    expect(ACCESS_TOKEN_MAX_TTL_SECONDS).toBeGreaterThanOrEqual(300)
  })

  test('repeating it changes nothing and is no event', async () => {
    const same = [permission('forum:topics.read', ['MEMBER'])]
    await register(token('forum'), 'forum', same)
    await register(token('forum'), 'forum', same)
    expect(await tenancy.eventsOf('forum')).toEqual(['permissions.registered'])
  })

  test('templates are only ever added, and what is left out stays', async () => {
    await register(token('shop'), 'shop', [permission('shop:orders.read', ['MEMBER'])])
    const payload = await register(token('shop'), 'shop', [
      permission('shop:orders.ship', ['ADMIN']),
    ])
    expect(payload.permissions.map(({ name }: { name: string }) => name)).toEqual([
      'shop:orders.read',
      'shop:orders.ship',
    ])
    const narrowed = await register(token('shop'), 'shop', [
      permission('shop:orders.read', ['OWNER']),
    ])
    expect(narrowed.permissions[0].templates).toEqual(['OWNER', 'ADMIN', 'MEMBER'])
    const widened = await register(token('shop'), 'shop', [
      permission('shop:orders.ship', ['MEMBER']),
    ])
    expect(widened.permissions[1].templates).toEqual(['OWNER', 'ADMIN', 'MEMBER'])
  })

  test('two registrations at once both count', async () => {
    await Promise.all([
      register(token('media'), 'media', [permission('media:files.read')]),
      register(token('media'), 'media', [permission('media:files.write')]),
    ])
    const payload = await register(token('media'), 'media', [])
    expect(payload.permissions).toHaveLength(2)
  })

  describe('refuses as InvalidInputError', () => {
    test.each([
      ['another service’s permission', 'shop:orders.read'],
      ['one of the platform', 'tenancy:members.read'],
      ['a look-alike', 'crm:contacts'],
      ['a wildcard', 'crm:*'],
      ['capitals', 'crm:Contacts.read'],
      ['a blank', 'crm:contacts.read '],
      ['a NUL', 'crm:contacts.re\0ad'],
    ])('%s', async (_, name) => {
      const payload = await register(token('crm'), 'crm', [permission(name)])
      expect(payload.userErrors).toEqual([
        expect.objectContaining({
          __typename: 'InvalidInputError',
          path: ['permissions', '0', 'name'],
        }),
      ])
    })

    test('the same permission twice, and an empty description', async () => {
      const payload = await register(token('crm'), 'crm', [
        permission('crm:contacts.read'),
        permission('crm:contacts.read'),
        permission('crm:contacts.write', [], ' '),
      ])
      expect(payload.userErrors.map(({ path }: { path: string[] }) => path.slice(1))).toEqual([
        ['1', 'name'],
        ['2', 'description'],
      ])
    })

    test('more than fifty at a time', async () => {
      const many = Array.from({ length: 51 }, (_, index) => permission(`crm:contacts.act${index}`))
      expect(kindsOf(await register(token('crm'), 'crm', many))).toEqual(['InvalidInputError'])
    })
  })

  test('an Owner’s token is never let grow too large: PermissionBudgetExceededError', async () => {
    const long = 'x'.repeat(80)
    const many = Array.from({ length: 40 }, (_, index) => permission(`erp:${long}.act${index}`))
    const { data } = await tenancy.ask(
      token('erp'),
      `mutation ($input: RegisterServicePermissionsInput!) {
        registerServicePermissions(input: $input) { permissions { name } userErrors {
          __typename ... on PermissionBudgetExceededError { maxBytes bytes path } } } }`,
      { input: { service: 'erp', permissions: many } },
    )
    const [error] = data.registerServicePermissions.userErrors
    expect(error).toMatchObject({
      __typename: 'PermissionBudgetExceededError',
      path: ['permissions'],
    })
    expect(error.bytes).toBeGreaterThan(error.maxBytes)
    expect((await register(token('erp'), 'erp', [])).permissions).toEqual([])
  })

  describe('is denied', () => {
    const attempt = (bearer: string | null, service: string) =>
      tenancy.ask(
        bearer,
        `mutation ($input: RegisterServicePermissionsInput!) {
          registerServicePermissions(input: $input) { permissions { name } } }`,
        { input: { service, permissions: [permission(`${service}:things.read`)] } },
      )

    test('to people, even with the permission in their token', async () => {
      const workspace = await tenancy.aWorkspace().build()
      const forged = await tenancy.tokenFor(workspace.owner.person, workspace.id, {
        scope: MAY.join(' '),
        client_id: 'cms',
      })
      expect((await attempt(forged, 'cms')).codes).toEqual(['FORBIDDEN'])
    })

    test('to a service without the permission', async () => {
      expect((await attempt(tenancy.serviceToken('cms', []), 'cms')).codes).toEqual(['FORBIDDEN'])
    })

    test('to a service for another one', async () => {
      expect((await attempt(token('cms'), 'crm')).codes).toEqual(['FORBIDDEN'])
    })

    test.each([['tenancy'], ['identity'], ['billing'], ['platform']])(
      'for the platform’s own %s',
      async (service) => {
        expect((await attempt(token(service), service)).codes).toEqual(['FORBIDDEN'])
      },
    )

    test('without a token', async () => {
      expect((await attempt(null, 'cms')).codes).toEqual(['UNAUTHENTICATED'])
    })
  })
})
