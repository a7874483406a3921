import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ACCESS_TOKEN_AUDIENCE,
  createEpochRegistry,
  createGatewayKey,
  createGatewayKeyring,
  createKeySource,
  createTokenVerifier,
  type EpochBump,
  sessionSubject,
} from '@logicspike/auth'
import { movableClock, tokenForge } from '@logicspike/auth/testing'
import { newId } from '@logicspike/ids'
import { createInternalServer } from '@logicspike/internal-api'
import { createLogger } from '@logicspike/telemetry'
import { parse } from 'graphql'
import { createSubgraphServer, type SubgraphServer, type VerifiedRequest } from '../src/index.ts'

const issuer = 'http://issuer.test'
const clock = movableClock()
const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
const gatewayKey = createGatewayKey('gateway')
const log = createLogger({ name: 'test', level: 'silent' })

/** Who knows of revocations, as far as it can be asked. */
const source = {
  name: 'identity',
  down: false,
  bumps: [] as EpochBump[],
  async recentBumps() {
    if (source.down) throw new Error('ECONNREFUSED')
    return source.bumps
  },
}
const epochs = createEpochRegistry({ sources: [source], clock, log })
let changes = 0
let server: SubgraphServer

beforeAll(async () => {
  const keySource = createKeySource({ fetchJwks: async () => forge.jwks(), clock })
  const keyring = createGatewayKeyring([{ caller: 'gateway', sha256: gatewayKey.sha256 }])
  server = await createSubgraphServer<VerifiedRequest>({
    name: 'example',
    typeDefs: [parse('type Query { read: String } type Mutation { change: Int }')],
    resolvers: {
      Query: { read: () => 'read' },
      Mutation: {
        change: () => {
          changes += 1
          return changes
        },
      },
    },
    createContext: (request) => request,
    verifier: createTokenVerifier({
      issuer,
      audience: ACCESS_TOKEN_AUDIENCE,
      keySource,
      epochs,
      clock,
    }),
    keyring,
    internal: createInternalServer([], keyring),
    log,
    readiness: {},
  })
})
afterAll(() => server.close())
beforeEach(async () => {
  source.down = false
  changes = 0
  await epochs.load()
})

async function ask(query: string, token: string | null) {
  const { result } = await server.executeInProcess({
    query,
    headers: {
      'x-gateway-key': gatewayKey.value,
      ...(token && { authorization: `Bearer ${token}` }),
    },
  })
  return JSON.parse(JSON.stringify(result))
}

const failsWith = (code: string) => ({
  errors: [expect.objectContaining({ extensions: { code } })],
})

describe('S10: a subgraph that has not heard of revocations for a while', () => {
  test('asks those who know before it changes something', async () => {
    const sid = newId('session')
    const token = forge.sign(forge.claims({ sid }))
    source.bumps.push({
      subject: sessionSubject(sid),
      epoch: 1,
      bumpedAt: clock.now().toISOString(),
    })
    clock.advance(2)
    expect(await ask('mutation { change }', token)).toEqual(failsWith('UNAUTHENTICATED'))
    expect(changes).toBe(0)
  })

  test('changes nothing while they do not answer, and goes on reading', async () => {
    source.down = true
    clock.advance(2)
    const token = forge.sign()
    expect(await ask('mutation { change }', token)).toEqual(failsWith('UPSTREAM_UNAVAILABLE'))
    expect(changes).toBe(0)
    expect(await ask('{ read }', token)).toEqual({ data: { read: 'read' } })
  })

  test('looks at the operation that runs, not at others of its document', async () => {
    source.down = true
    clock.advance(2)
    const document = 'query A { read } mutation B { change }'
    const run = (operationName: string) =>
      server.executeInProcess({
        query: document,
        operationName,
        headers: {
          'x-gateway-key': gatewayKey.value,
          authorization: `Bearer ${forge.sign()}`,
        },
      })
    expect((await run('A')).result.data).toEqual({ read: 'read' })
    expect((await run('B')).result.data).toBeUndefined()
    expect(changes).toBe(0)
  })

  test('lets those without a token do what they may: nothing of theirs can be revoked', async () => {
    source.down = true
    clock.advance(2)
    expect(await ask('mutation { change }', null)).toEqual({ data: { change: 1 } })
  })
})
