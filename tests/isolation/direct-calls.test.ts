import { beforeAll, describe, expect, test } from '@jest/globals'
import { createGatewayKey } from '@logicspike/auth'
import { newId } from '@logicspike/ids'
import { subgraphNames as platformSubgraphs } from '@logicspike/platform'
import { type TestWorkspace, usePlatform } from '@logicspike/testing'
import { furnishAccount } from './support/account.ts'
import { askSubgraph, type Knock, type Reply } from './support/doors.ts'
import { subgraphNames, subgraphSchemas } from './support/entry-points.ts'
import { everyTry, quickPasswords } from './support/identity-options.ts'
import { entitiesOperation } from './support/operations.ts'
import { platformForge } from './support/token-forge.ts'

/* Subgraphs called past the gateway: over HTTP, and with representations of entities. */

const platform = usePlatform({ identity: { limits: everyTry, passwords: quickPasswords } })
let a: TestWorkspace
let b: TestWorkspace
const urls = new Map<string, string>()

beforeAll(async () => {
  const { aWorkspace, platform: running } = platform()
  a = await aWorkspace().withMember()
  b = await aWorkspace().withMember()
  for (const name of platformSubgraphs) {
    urls.set(name, `http://127.0.0.1:${await running[name].server.listen(0)}`)
  }
})

const codesOf = ({ errors }: Reply) => errors.map(({ extensions }) => extensions.code)

async function post(
  subgraph: string,
  path: string,
  body: object,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${urls.get(subgraph)}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}

const QUESTIONS = {
  'the schema (_service)': '{ _service { sdl } }',
  introspection: '{ __schema { types { name } } }',
  'nothing in particular': '{ __typename }',
}

/** What nobody may ask without a token. Billing's root fields are all public. */
const CLOSED_QUESTIONS = {
  identity: 'mutation { endOtherSessions { endedCount } }',
  tenancy: '{ viewer { permissions } }',
}

test.each(Object.entries(CLOSED_QUESTIONS))(
  'F2, F3: at %s a good token is no key, and a good key is no token',
  async (subgraph, query) => {
    const headers = { 'x-gateway-key': String(platform().gatewayKeys.gateway) }
    const forged = {
      ...headers,
      'x-user-id': a.owner.id,
      'x-tenant-id': a.id,
      'x-user-permissions': 'tenancy:members.read tenancy:workspace.read',
    }
    for (const given of [headers, forged]) {
      const { text } = await post(subgraph, '/graphql', { query }, given)
      expect(JSON.parse(text).errors[0].extensions.code).toBe('UNAUTHENTICATED')
      expect(text).not.toContain(a.id)
    }
  },
)

describe.each(subgraphNames)('%s, called over HTTP without the gateway (F2, F3)', (subgraph) => {
  const keys: Record<string, () => Record<string, string>> = {
    'no key': () => ({}),
    'an empty key': () => ({ 'x-gateway-key': '' }),
    'a key that was never given out': () => ({
      'x-gateway-key': createGatewayKey('gateway').value,
    }),
    'the name of a caller only': () => ({ 'x-gateway-key': 'gateway.' }),
    'the secret behind another name': () => ({
      'x-gateway-key': String(platform().gatewayKeys.gateway).replace('gateway.', 'identity.'),
    }),
    'the key in another case': () => ({
      'x-gateway-key': String(platform().gatewayKeys.gateway).toUpperCase(),
    }),
    'two keys, one of them right': () => ({
      'x-gateway-key': `${platform().gatewayKeys.gateway}, ${createGatewayKey('gateway').value}`,
    }),
    'the key as a bearer token': () => ({
      authorization: `Bearer ${platform().gatewayKeys.gateway}`,
    }),
    'the headers of a verified caller, forged': () => ({
      'x-user-id': a.owner.id,
      'x-tenant-id': a.id,
      'x-user-permissions': 'tenancy:members.read',
    }),
  }

  describe.each(Object.keys(keys))('with %s', (name) => {
    test.each(Object.entries(QUESTIONS))('is not told %s', async (_, query) => {
      const token = await a.owner.tokenFor(a.id)
      const given = keys[name]?.() ?? {}
      const headers = { authorization: `Bearer ${token}`, ...given }
      const { text } = await post(subgraph, '/graphql', { query }, headers)
      const { data, errors } = JSON.parse(text)
      expect(errors.map((it: Reply['errors'][number]) => it.extensions.code)).toEqual([
        'UNAUTHENTICATED',
      ])
      expect(data ?? null).toBeNull()
    })
  })

  test('the key and a broken token are refused, not taken for an anonymous call', async () => {
    const knock: Knock = { token: `${await a.owner.tokenFor(a.id)}x` }
    const reply = await askSubgraph(
      platform(),
      subgraph,
      { query: '{ __typename }', variables: {} },
      knock,
    )
    expect(codesOf(reply)).toEqual(['UNAUTHENTICATED'])
  })

  test('forged identity headers change nothing about a verified caller', async () => {
    const reply = await askSubgraph(
      platform(),
      'tenancy',
      { query: '{ viewer { user { id } workspace { id } } }', variables: {} },
      {
        token: await b.owner.tokenFor(b.id),
        headers: { 'x-user-id': a.owner.id, 'x-tenant-id': a.id, 'x-user-permissions': '*' },
      },
    )
    expect(reply.data.viewer).toEqual({ user: { id: b.owner.id }, workspace: { id: b.id } })
  })
})

describe('internal calls', () => {
  const question = () => ({ userId: a.owner.id, workspaceId: a.id })

  test.each([
    ['no key', () => ({}), 'UNAUTHENTICATED'],
    [
      'a token instead of a key',
      (token: string) => ({ authorization: `Bearer ${token}` }),
      'UNAUTHENTICATED',
    ],
    [
      'the key of a service that may not ask this',
      () => ({ 'x-gateway-key': String(platform().gatewayKeys.gateway) }),
      'FORBIDDEN',
    ],
  ])('are refused with %s', async (_, headers, code) => {
    const given = headers(await a.owner.tokenFor(a.id)) as Record<string, string>
    const { text } = await post('tenancy', '/internal/describe-membership', question(), given)
    expect(JSON.parse(text)).toEqual({ code })
  })

  test('are not reachable through the gateway, whatever key a client shows', async () => {
    const { url, gatewayKeys } = platform()
    const response = await fetch(`${url}/internal/describe-membership`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-gateway-key': String(gatewayKeys.identity),
      },
      body: JSON.stringify(question()),
    })
    expect(response.status).toBe(404)
  })
})

describe('entities asked of a subgraph (F1)', () => {
  const entities = async (
    subgraph: string,
    representations: { __typename: string; id: string }[],
    token: string,
  ) => {
    const schema = subgraphSchemas.get(subgraph)
    if (!schema) throw new Error(`No SDL of ${subgraph}.`)
    const operation = entitiesOperation(schema, representations)
    const reply = await askSubgraph(platform(), subgraph, operation, { token })
    expect(codesOf(reply)).toEqual([])
    return reply.data._entities as ({ id: string } | null)[]
  }

  const idsOf = (found: ({ id: string } | null)[]) => found.map((it) => it?.id ?? null)

  test('a batch that mixes tenants gives each caller their own, at its place', async () => {
    const batch = [
      { __typename: 'Member', id: a.owner.memberId },
      { __typename: 'Member', id: b.owner.memberId },
      { __typename: 'Workspace', id: a.id },
      { __typename: 'Workspace', id: b.id },
      { __typename: 'Role', id: String(b.roles.Owner) },
      { __typename: 'Role', id: String(a.roles.Owner) },
      { __typename: 'Member', id: newId('member') },
      { __typename: 'Member', id: a.member.memberId },
    ]
    const ofA = await entities('tenancy', batch, await a.owner.tokenFor(a.id))
    expect(idsOf(ofA)).toEqual([
      ...[a.owner.memberId, null, a.id, null, null, a.roles.Owner, null, a.member.memberId],
    ])
    const ofB = await entities('tenancy', batch, await b.owner.tokenFor(b.id))
    expect(idsOf(ofB)).toEqual([
      null,
      b.owner.memberId,
      null,
      b.id,
      b.roles.Owner,
      null,
      null,
      null,
    ])
  })

  test('people are there for themselves and for those of their workspace', async () => {
    const batch = [a.owner, b.owner, a.member, b.member].map(({ id }) => ({
      __typename: 'User',
      id,
    }))
    const ofA = await entities('identity', batch, await a.owner.tokenFor(a.id))
    expect(idsOf(ofA)).toEqual([a.owner.id, null, a.member.id, null])
    expect(idsOf(await entities('identity', batch, a.owner.token))).toEqual([
      a.owner.id,
      null,
      null,
      null,
    ])
  })

  test('what a representation claims beside its key is not believed', async () => {
    const claimed = {
      __typename: 'Workspace',
      id: a.id,
      tenantId: a.id,
      name: 'Forged',
      slug: 'forged',
      status: 'ACTIVE',
    }
    const token = await a.owner.tokenFor(a.id)
    const [own] = await entities('tenancy', [claimed], token)
    expect(JSON.stringify(own)).not.toMatch(/forged/i)
    const foreign = await entities('tenancy', [claimed], await b.owner.tokenFor(b.id))
    expect(foreign).toEqual([null])
  })

  test('keys of another form give nothing', async () => {
    const token = await a.owner.tokenFor(a.id)
    for (const id of [
      '',
      '%',
      `${a.owner.memberId} `,
      `' or '1'='1`,
      a.owner.id,
      'x'.repeat(5000),
    ]) {
      expect(await entities('tenancy', [{ __typename: 'Member', id }], token)).toEqual([null])
      const asUser = id === a.owner.id ? 'usr_' : id
      expect(await entities('identity', [{ __typename: 'User', id: asUser }], token)).toEqual([
        null,
      ])
    }
  })

  test('a service token, which is of no workspace, sees none of them', async () => {
    const forge = await platformForge(platform())
    const token = forge.sign(
      forge.serviceClaims({ scope: 'tenancy:members.read tenancy:roles.read' }),
    )
    const batch = [
      { __typename: 'Member', id: a.owner.memberId },
      { __typename: 'Role', id: String(a.roles.Owner) },
      { __typename: 'Workspace', id: a.id },
    ]
    expect(await entities('tenancy', batch, token)).toEqual([null, null, null])
    expect(await entities('identity', [{ __typename: 'User', id: a.owner.id }], token)).toEqual([
      null,
    ])
  })

  test('what belongs to a person alone is null to everybody else, along every path (F6)', async () => {
    const { must } = platform()
    await furnishAccount(platform(), a.member)
    const PRIVATE = `emailVerified hasPassword linkedIdentities { id } secondFactors { isActive }
      sessions(first: 5) { edges { node { id } } }`
    const nobodys = {
      emailVerified: null,
      hasPassword: null,
      linkedIdentities: null,
      secondFactors: null,
      sessions: null,
    }
    const token = await a.owner.tokenFor(a.id)
    const { member, members } = await must(
      `query ($id: ID!) {
        member(id: $id) { renamed: user { ...P } }
        members(first: 10) { edges { node { id ... on Member { user { ... { ...P } } } } } }
      }
      fragment P on User { ${PRIVATE} }`,
      { id: a.member.memberId },
      token,
    )
    expect(member.renamed).toEqual(nobodys)
    const theirs = members.edges.find(
      ({ node }: { node: { id: string } }) => node.id === a.member.memberId,
    )
    expect(theirs.node.user).toEqual(nobodys)
    const { viewer } = await must(`{ viewer { user { ${PRIVATE} } } }`, {}, a.member.token)
    expect(viewer.user.secondFactors.isActive).toBe(true)
    expect(viewer.user.linkedIdentities).toHaveLength(1)
  })
})
