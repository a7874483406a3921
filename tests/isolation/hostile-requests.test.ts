import { beforeAll, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { type TestWorkspace, usePlatform } from '@logicspike/testing'
import { type Account, furnishAccount } from './support/account.ts'
import { everyTry, quickPasswords } from './support/identity-options.ts'
import { sendRaw } from './support/raw-http.ts'

/* What clients send to the gateway of the running platform that they should not. */

const lines: string[] = []
const log = createLogger(
  { name: 'platform', level: 'trace' },
  { write: (line: string) => lines.push(line) },
)
const platform = usePlatform({ identity: { limits: everyTry, passwords: quickPasswords }, log })
let a: TestWorkspace
let b: TestWorkspace
let account: Account

beforeAll(async () => {
  const { aWorkspace } = platform()
  a = await aWorkspace().withMember()
  b = await aWorkspace()
  account = await furnishAccount(platform(), a.member)
})

const WHO = '{ viewer { user { id } workspace { id } permissions } }'

describe('headers that claim to be somebody (F4)', () => {
  const claims: Record<string, () => string[]> = {
    'the names subgraphs know': () => [
      `x-user-id: ${a.owner.id}`,
      `x-tenant-id: ${a.id}`,
      'x-user-permissions: tenancy:workspace.delete',
    ],
    'another case': () => [`X-USER-ID: ${a.owner.id}`, `X-Tenant-Id: ${a.id}`],
    'twice each': () => [
      ...[`x-user-id: ${a.owner.id}`, `x-user-id: ${a.owner.id}`],
      ...[`x-tenant-id: ${a.id}`, `x-tenant-id: ${a.id}`],
    ],
    underscores: () => [`x_user_id: ${a.owner.id}`, `x_tenant_id: ${a.id}`],
    'hop-by-hop': () => [
      'Connection: close, x-user-id, x-tenant-id, x-gateway-key, authorization',
      `x-user-id: ${a.owner.id}`,
      `x-tenant-id: ${a.id}`,
    ],
    'the gateway key itself': () => [
      `x-gateway-key: ${platform().gatewayKeys.gateway}`,
      `x-user-id: ${a.owner.id}`,
      `x-tenant-id: ${a.id}`,
    ],
    'names of other gateways': () => [`x-forwarded-user: ${a.owner.id}`, `x-roles: owner`],
  }

  test.each(Object.entries(claims))('%s: an anonymous caller stays anonymous', async (_, make) => {
    const { body } = await sendRaw(platform().url, WHO, make())
    expect(JSON.parse(body).errors[0].extensions.code).toBe('UNAUTHENTICATED')
    expect(body).not.toContain(a.id)
  })

  test.each(Object.entries(claims))(
    '%s: a signed-in caller stays who they are',
    async (_, make) => {
      const token = await b.owner.tokenFor(b.id)
      const headers = [`Authorization: Bearer ${token}`, ...make()]
      const { body } = await sendRaw(platform().url, WHO, headers)
      const { viewer } = JSON.parse(body).data
      expect(viewer).toMatchObject({ user: { id: b.owner.id }, workspace: { id: b.id } })
      expect(body).not.toContain(a.id)
    },
  )

  test.each([
    ['two tokens, the good one first', (good: string, bad: string) => [good, bad]],
    ['two tokens, the good one last', (good: string, bad: string) => [bad, good]],
    ['the same token twice', (good: string) => [good, good]],
  ])('%s are nobody', async (_, order) => {
    const good = `Authorization: Bearer ${await b.owner.tokenFor(b.id)}`
    const { body } = await sendRaw(platform().url, WHO, order(good, 'authorization: Bearer e30'))
    const { data, errors } = JSON.parse(body)
    expect(errors[0].extensions.code).toBe('UNAUTHENTICATED')
    expect(data ?? null).toBeNull()
  })
})

describe('ways round the gateway (F2)', () => {
  test.each([
    ['_service', '{ _service { sdl } }'],
    [
      '_entities',
      '{ _entities(representations: [{ __typename: "User", id: "x" }]) { __typename } }',
    ],
  ])('%s is no part of what clients may ask', async (_, query) => {
    const { errors, data } = await platform().graphql(query)
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(data).toBeNull()
  })
})

describe('fields behind aliases, fragments and directives (F6)', () => {
  const DISGUISES: Record<string, string> = {
    'an alias': '{ workspace { id } workspace2: members(first: 5) { edges { node { id } } } }',
    'a fragment': `query { ...F } fragment F on Query { members(first: 5) { edges { cursor } } }`,
    'a fragment in a fragment': `{ ... on Query { ... { ... on Query { members { edges { cursor } } } } } }`,
    'include and skip': `query ($yes: Boolean = true, $no: Boolean = false) {
      members(first: 5) @include(if: $yes) @skip(if: $no) { edges { cursor } } }`,
    'a deferred fragment': '{ ... @defer { members(first: 5) { edges { cursor } } } }',
    'another operation of the document': `query A { members { edges { cursor } } }`,
  }

  test.each(Object.entries(DISGUISES))('%s opens nothing', async (_, query) => {
    for (const token of [undefined, a.owner.token]) {
      const { data, errors } = await platform().graphql(query, {}, token ? { token } : {})
      const code = token ? 'FORBIDDEN' : 'UNAUTHENTICATED'
      expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set([code]))
      expect(JSON.stringify(data)).not.toMatch(/edges|cursor|wks_|mem_/)
    }
  })

  test('@stream is no directive here', async () => {
    const token = await a.owner.tokenFor(a.id)
    const query = '{ members(first: 5) { edges @stream { cursor } } }'
    const { errors } = await platform().graphql(query, {}, { token })
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
  })
})

describe('operations that cost more than they may (F8)', () => {
  const repeat = (count: number, make: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => make(n)).join(' ')
  const BOMBS: Record<string, () => string> = {
    'a thousand sign-ins by alias': () =>
      `mutation { ${repeat(1000, (n) => `a${n}: signIn(input: { email: "x@example.com", password: "y" }) { __typename }`)} }`,
    'more tries than root fields are allowed': () =>
      `mutation { ${repeat(41, (n) => `a${n}: signIn(input: { email: "x@example.com", password: "y" }) { __typename }`)} }`,
    depth: () => `{ ${'viewer { user { '.repeat(30)} id ${' } }'.repeat(30)} }`,
    'fragments that double': () =>
      `{ ...F0 } ${repeat(20, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} a${n}: workspace { id } }`)}
       fragment F20 on Query { workspace { id } }`,
    'a long document': () => `{ ${repeat(6000, () => '__typename')} }`,
  }

  test.each(Object.entries(BOMBS))(
    '%s is refused before anybody asks who is calling',
    async (_, make) => {
      const hostile = { token: 'not.a.token' }
      for (const options of [{}, hostile]) {
        const { errors, data } = await platform().graphql(make(), {}, options)
        expect(errors[0]?.extensions.code).toBe('OPERATION_TOO_COSTLY')
        expect(data).toBeNull()
      }
    },
  )
})

describe('errors (F7)', () => {
  test('malformed ids, unknown ids and ids of others are answered alike', async () => {
    const token = await b.owner.tokenFor(b.id)
    const QUERY = 'query ($id: ID!) { member(id: $id) { id } role(id: $id) { id } }'
    const REMOVE = `mutation ($id: ID!) { removeMember(input: { memberId: $id }) { removedMemberId } }`
    const answers = []
    for (const id of [a.member.memberId, 'mem_01h455vb4pex5vsknk084sn02q', 'nonsense', '', '%']) {
      const read = await platform().graphql(QUERY, { id }, { token })
      const write = await platform().graphql(REMOVE, { id }, { token })
      const [error] = write.errors
      answers.push(JSON.stringify([read.data, read.errors, error?.message, error?.extensions.code]))
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('NOT_FOUND')
  })
})

test('no secret of the platform or of its people reaches a log (F5)', async () => {
  const { graphql, gatewayKeys, url } = platform()
  const { objects, person } = account
  const token = await a.owner.tokenFor(a.id)
  const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { __typename } } }`
  await graphql(SIGN_IN, { input: { email: person.email, password: 'a wrong secret phrase' } })
  await graphql(SIGN_IN, { input: { email: person.email, password: objects.password } })
  await graphql('{ viewer { nothing } }', {}, { token })
  await graphql('{ viewer { user { id } } }', {}, { token: `${token}x` })
  await sendRaw(url, WHO, [
    `x-gateway-key: ${gatewayKeys.gateway}`,
    'Authorization: Basic c2VjcmV0',
  ])
  const secrets = [
    ...Object.values(gatewayKeys).map((key) => key.split('.')[1] ?? ''),
    ...[objects.password, objects.refreshToken, objects.emailChangeToken, objects.signInToken],
    ...[objects.recoveryCode, objects.stepUpToken, 'a wrong secret phrase', 'c2VjcmV0'],
    ...[token, person.token].map((it) => it.split('.')[2] ?? ''),
  ]
  const written = lines.join('')
  expect(lines.length).toBeGreaterThan(20)
  expect(secrets.filter((secret) => secret.length < 6)).toEqual([])
  expect(secrets.filter((secret) => written.includes(secret))).toEqual([])
})
