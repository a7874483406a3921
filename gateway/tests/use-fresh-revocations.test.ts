import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ACCESS_TOKEN_AUDIENCE,
  createEpochRegistry,
  createKeySource,
  createTokenVerifier,
  type EpochBump,
  sessionSubject,
} from '@logicspike/auth'
import { movableClock, tokenForge } from '@logicspike/auth/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity } from './support/story-subgraphs.ts'

const issuer = 'https://platform.example'
const clock = movableClock()
const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })

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
const epochs = createEpochRegistry({
  sources: [source],
  clock,
  log: createLogger({ name: 'test', level: 'silent' }),
})
let tester: GatewayTester<'identity'>

beforeAll(async () => {
  const keySource = createKeySource({ fetchJwks: async () => forge.jwks(), clock })
  tester = await createGatewayTester({
    definitions: { identity },
    verifier: createTokenVerifier({
      issuer,
      audience: ACCESS_TOKEN_AUDIENCE,
      keySource,
      epochs,
      clock,
    }),
  })
})
afterAll(() => tester.close())
beforeEach(async () => {
  source.down = false
  await epochs.load()
})

const RENAME = 'mutation { rename(name: "Ann") }'
const aToken = (sid = newId('session')) =>
  forge.sign(forge.claims({ sid, scope: 'identity:users.update' }))

describe('S10: a gateway that has not heard of revocations for a while', () => {
  test('asks those who know before a mutation goes to any subgraph', async () => {
    const sid = newId('session')
    const token = aToken(sid)
    const bumpedAt = clock.now().toISOString()
    source.bumps.push({ subject: sessionSubject(sid), epoch: 1, bumpedAt })
    clock.advance(2)
    const before = tester.subgraphs.identity.received.length
    expect(codes(await tester.ask(RENAME, { token }))).toEqual([': UNAUTHENTICATED'])
    expect(tester.subgraphs.identity.received).toHaveLength(before)
  })

  test('passes no mutation on while they do not answer, and goes on reading', async () => {
    source.down = true
    clock.advance(2)
    const token = aToken()
    const before = tester.subgraphs.identity.received.length
    expect(codes(await tester.ask(RENAME, { token }))).toEqual([': UPSTREAM_UNAVAILABLE'])
    expect(tester.subgraphs.identity.received).toHaveLength(before)
    expect((await tester.ask('{ me { name } }', { token })).body.data).toEqual({
      me: { name: 'Ada' },
    })
  })

  test('passes it on again the moment they answer', async () => {
    source.down = true
    clock.advance(2)
    const token = aToken()
    await tester.ask(RENAME, { token })
    source.down = false
    expect(codes(await tester.ask(RENAME, { token }))).toEqual([])
  })

  test('lets people sign in: nothing of theirs can be revoked', async () => {
    source.down = true
    clock.advance(2)
    expect(codes(await tester.ask('mutation { signIn }'))).toEqual([])
  })
})
