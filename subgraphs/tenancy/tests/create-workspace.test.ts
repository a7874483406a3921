import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy({ workspacesPerUser: 3 })
const created = 'workspace { id name slug status requiresMfa purgeAfter viewerCanInvite }'
const create = (token: string, input: object) =>
  tenancy.mutate(token, 'createWorkspace', input, created)
const someToken = () => tenancy.neutralToken(tenancy.aPerson())
const CREATE =
  'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { workspace { id } } }'

describe('createWorkspace', () => {
  test('makes the caller Owner of a new, active workspace', async () => {
    const person = tenancy.aPerson()
    const payload = await create(tenancy.neutralToken(person), { name: ' Acme  Inc. ' })
    expect(payload).toEqual({
      userErrors: [],
      workspace: {
        id: expect.stringMatching(/^wks_[0-9a-z]{26}$/),
        name: 'Acme Inc.',
        slug: expect.stringMatching(/^acme-inc-[0-9a-z]{6}$/),
        status: 'ACTIVE',
        requiresMfa: false,
        purgeAfter: null,
        // The token is for no workspace, so it permits nothing in the new one yet.
        viewerCanInvite: false,
      },
    })
    const inside = await tenancy.tokenFor(person, payload.workspace.id)
    const { data } = await tenancy.ask(
      inside,
      '{ viewer { workspace { id viewerCanInvite } member { role { template } } } }',
    )
    expect(data.viewer).toEqual({
      workspace: { id: payload.workspace.id, viewerCanInvite: true },
      member: { role: { template: 'OWNER' } },
    })
  })

  test('takes the slug that is asked for, capitals forgiven', async () => {
    const payload = await create(someToken(), { name: 'Acme', slug: ' Acme-Works ' })
    expect(payload.workspace.slug).toBe('acme-works')
  })

  test('also with a token of another workspace, which is left as it is', async () => {
    const workspace = await tenancy.aWorkspace().build()
    const payload = await create(await workspace.owner.token(), { name: 'Second' })
    expect(payload.workspace.id).not.toBe(workspace.id)
    const { data } = await tenancy.ask(await workspace.owner.token(), '{ workspace { id } }')
    expect(data.workspace.id).toBe(workspace.id)
  })

  test('tells of the workspace and of its first member', async () => {
    const { workspace } = await create(someToken(), { name: 'Acme' })
    expect(await tenancy.eventsOf(workspace.id)).toEqual(['workspace.created'])
    const joined = await tenancy.database.asAdmin(
      `select data, actor from tenancy.outbox where tenant_id = $1 and type = 'member.joined'`,
      [workspace.id],
    )
    expect(joined).toHaveLength(1)
    const audited = await tenancy.database.asAdmin<{ action: string }>(
      `select data ->> 'action' as action from tenancy.outbox
       where tenant_id = $1 and class = 'audit' order by id`,
      [workspace.id],
    )
    expect(audited.map(({ action }) => action)).toEqual(['workspace.created', 'member.joined'])
  })

  describe('refuses as InvalidInputError', () => {
    test.each([
      ['an empty name', { name: ' ' }, ['name']],
      ['a name of 81 characters', { name: 'x'.repeat(81) }, ['name']],
      ['a NUL in the name', { name: 'Ac\0me' }, ['name']],
      ['an address for a name', { name: 'https://evil.example' }, ['name']],
      ['a slug with a blank', { name: 'Acme', slug: 'ac me' }, ['slug']],
      ['a short slug', { name: 'Acme', slug: 'ab' }, ['slug']],
      [
        'a long idempotency key',
        { name: 'Acme', idempotencyKey: 'k'.repeat(101) },
        ['idempotencyKey'],
      ],
    ])('%s', async (_, input, path) => {
      expect(await create(someToken(), input)).toEqual({
        workspace: null,
        userErrors: [{ __typename: 'InvalidInputError', message: expect.any(String), path }],
      })
    })

    test('everything wrong at once', async () => {
      const { userErrors } = await create(someToken(), { name: '', slug: '-' })
      expect(userErrors.map(({ path }: { path: string[] }) => path)).toEqual([['name'], ['slug']])
    })
  })

  describe('refuses as SlugTakenError', () => {
    test.each([['admin'], ['www'], ['logicspike']])('the reserved word %s', async (slug) => {
      const payload = await create(someToken(), { name: 'Acme', slug })
      expect(payload).toMatchObject({ workspace: null, userErrors: [{ path: ['slug'] }] })
    })

    test('T3: a slug of another workspace, in the same words as a reserved one', async () => {
      const { slug } = await tenancy.aWorkspace().build()
      const taken = await create(someToken(), { name: 'Acme', slug })
      const reserved = await create(someToken(), { name: 'Acme', slug: 'admin' })
      expect(taken).toEqual(reserved)
      expect(taken.userErrors[0].__typename).toBe('SlugTakenError')
    })

    test('all but one of twenty who want the same slug at once', async () => {
      const payloads = await Promise.all(
        Array.from({ length: 20 }, () =>
          create(someToken(), { name: 'Race', slug: 'race-for-it' }),
        ),
      )
      expect(payloads.filter(({ workspace }) => workspace !== null)).toHaveLength(1)
      const kinds = payloads.flatMap(({ userErrors }) => userErrors)
      expect(new Set(kinds.map(({ __typename }) => __typename))).toEqual(
        new Set(['SlugTakenError']),
      )
    })
  })

  describe('with an idempotency key', () => {
    test('a repeated request finds its first result', async () => {
      const token = someToken()
      const input = { name: 'Once', idempotencyKey: 'first try' }
      const first = await create(token, input)
      const second = await create(token, { ...input, name: 'Twice' })
      expect(second.workspace).toEqual(first.workspace)
    })

    test('ten requests at once make one workspace', async () => {
      const token = someToken()
      const input = { name: 'Once', idempotencyKey: 'at once' }
      const payloads = await Promise.all(Array.from({ length: 10 }, () => create(token, input)))
      expect(new Set(payloads.map(({ workspace }) => workspace.id)).size).toBe(1)
    })

    test('somebody else’s key is another key', async () => {
      const input = { name: 'Own', idempotencyKey: 'the same' }
      const [one, other] = [await create(someToken(), input), await create(someToken(), input)]
      expect(one.workspace.id).not.toBe(other.workspace.id)
    })

    test('a key whose workspace the caller has left is a conflict', async () => {
      const person = tenancy.aPerson()
      const workspace = await tenancy.aWorkspace().withOwner(person).withOwner().build()
      await tenancy.database.asAdmin(
        `update tenancy.workspaces set creation_key = 'left' where id = $1`,
        [workspace.id],
      )
      await tenancy.mutate(await workspace.owner.token(), 'leaveWorkspace', null, 'leftWorkspaceId')
      const again = create(tenancy.neutralToken(person), { name: 'Again', idempotencyKey: 'left' })
      await expect(again).rejects.toThrow('CONFLICT')
    })
  })

  test('nobody is in more workspaces than the limit, ten requests at once included', async () => {
    const token = someToken()
    const payloads = await Promise.all(
      Array.from({ length: 10 }, (_, index) => create(token, { name: `Number ${index}` })),
    )
    expect(payloads.filter(({ workspace }) => workspace !== null)).toHaveLength(3)
    const { data } = await tenancy.ask(
      token,
      `mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) {
        userErrors { __typename ... on WorkspaceLimitReachedError { limit path } } } }`,
      { input: { name: 'One more' } },
    )
    expect(data.createWorkspace.userErrors).toEqual([
      { __typename: 'WorkspaceLimitReachedError', limit: 3, path: null },
    ])
  })

  test('a refusal leaves nothing behind', async () => {
    const slug = `left-${newId('event').slice(-8)}`
    const token = someToken()
    await create(token, { name: '', slug })
    expect((await create(token, { name: 'Now', slug })).workspace.slug).toBe(slug)
  })

  test('T7: an id, owner or status in the input is not accepted at all', async () => {
    for (const smuggled of [
      { id: newId('workspace') },
      { ownerId: newId('user') },
      { status: 'SUSPENDED' },
    ]) {
      const { codes } = await tenancy.ask(someToken(), CREATE, {
        input: { name: 'Acme', ...smuggled },
      })
      expect(codes).toEqual(['BAD_USER_INPUT'])
    }
  })

  test('is denied without a token', async () => {
    expect((await tenancy.ask(null, CREATE, { input: { name: 'Acme' } })).codes).toEqual([
      'UNAUTHENTICATED',
    ])
  })

  test('is denied to services, which are nobody’s owner', async () => {
    const { codes } = await tenancy.ask(tenancy.serviceToken('blog', []), CREATE, {
      input: { name: 'Acme' },
    })
    expect(codes).toEqual(['FORBIDDEN'])
  })
})
