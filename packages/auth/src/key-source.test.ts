import { describe, expect, test } from '@jest/globals'
import { memoryLog } from '../tests/support/memory-log.ts'
import { createKeySource, type KeySourceOptions } from './key-source.ts'
import { movableClock } from './testing/movable-clock.ts'
import { tokenForge } from './testing/token-forge.ts'

const clock = movableClock()
const forge = tokenForge({ issuer: 'https://id.example', audience: 'a', clock })
const current = forge.key('current').kid

/** An issuer whose answers the test decides, and a key source that asks it. */
function anIssuer(overrides: Partial<KeySourceOptions> = {}) {
  const own = movableClock()
  const log = memoryLog()
  const issuer = {
    fetches: 0,
    answer: (): unknown => ({ keys: [forge.jwk('current'), forge.jwk('previous')] }),
  }
  const source = createKeySource({
    clock: own,
    log,
    fetchJwks: async () => {
      issuer.fetches += 1
      return issuer.answer()
    },
    ...overrides,
  })
  return { issuer, source, clock: own, log }
}

const outage = (): never => {
  throw new Error('ECONNREFUSED')
}

describe('a key source', () => {
  test('fetches when it is first asked, and not again while its set is fresh', async () => {
    const { issuer, source, clock } = anIssuer()
    expect(source.fetchedAt).toBeNull()
    expect(await source.getKey(current)).toMatchObject({ type: 'public' })
    clock.advance(600)
    await source.getKey(current)
    expect(issuer.fetches).toBe(1)
  })

  test('loaded beforehand answers without a fetch', async () => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    expect(source.fetchedAt).toEqual(clock.now())
    await source.getKey(current)
    expect(issuer.fetches).toBe(1)
  })

  test('fetches again once its set is past its age', async () => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    clock.advance(601)
    await source.getKey(current)
    expect(issuer.fetches).toBe(2)
  })

  test('a key keeps its identity while the issuer keeps publishing it', async () => {
    const { source, clock } = anIssuer()
    const first = await source.getKey(current)
    clock.advance(601)
    expect(await source.getKey(current)).toBe(first)
  })

  test('and keeps it when the issuer dates it, as when it is about to retire', async () => {
    const { issuer, source, clock } = anIssuer()
    const first = await source.getKey(current)
    const inAnHour = Math.floor(clock.now().getTime() / 1000) + 3600
    issuer.answer = () => ({ keys: [{ ...forge.jwk('current'), exp: inAnHour }] })
    clock.advance(601)
    expect(await source.getKey(current)).toBe(first)
    clock.advance(3600)
    expect(await source.getKey(current)).toBeNull()
  })

  test('a key whose dates cannot be read is not used', async () => {
    const { issuer, source } = anIssuer()
    for (const dates of [{ nbf: '2030-01-01' }, { exp: 'never' }, { exp: null }]) {
      issuer.answer = () => ({ keys: [{ ...forge.jwk('current'), ...dates }] })
      await source.load()
      expect(await source.getKey(current)).toBeNull()
    }
  })

  test('a kid that now stands for another key is another key', async () => {
    const { issuer, source, clock } = anIssuer()
    const first = await source.getKey(current)
    issuer.answer = () => ({ keys: [{ ...forge.jwk('attacker'), kid: current }] })
    clock.advance(601)
    expect(await source.getKey(current)).not.toBe(first)
  })

  test('concurrent questions share one fetch', async () => {
    const { issuer, source } = anIssuer()
    const keys = await Promise.all(Array.from({ length: 50 }, () => source.getKey(current)))
    expect(new Set(keys).size).toBe(1)
    expect(issuer.fetches).toBe(1)
  })

  test('a key rotated in is found by its unknown kid after the cool-down', async () => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    issuer.answer = () => ({ keys: [forge.jwk('next'), forge.jwk('current')] })
    clock.advance(29)
    expect(await source.getKey(forge.key('next').kid)).toBeNull()
    clock.advance(1)
    expect(await source.getKey(forge.key('next').kid)).not.toBeNull()
    expect(issuer.fetches).toBe(2)
  })

  test('a key taken out of the set is dead when the set is past its age', async () => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    issuer.answer = () => ({ keys: [forge.jwk('current')] })
    clock.advance(601)
    expect(await source.getKey(forge.key('previous').kid)).toBeNull()
  })

  test('a key counts from its nbf until its exp, where the issuer gives them', async () => {
    const { issuer, source, clock } = anIssuer()
    const now = Math.floor(clock.now().getTime() / 1000)
    issuer.answer = () => ({ keys: [{ ...forge.jwk('next'), nbf: now + 100, exp: now + 200 }] })
    const seen: boolean[] = []
    for (const step of [99, 1, 99, 1]) {
      clock.advance(step)
      seen.push((await source.getKey(forge.key('next').kid)) !== null)
    }
    expect(seen).toEqual([false, true, true, false])
  })
})

describe('J14: while the issuer cannot be reached', () => {
  test('a cold start has no keys, says why, and recovers', async () => {
    const { issuer, source, clock } = anIssuer()
    issuer.answer = outage
    await expect(source.load()).rejects.toThrow('ECONNREFUSED')
    await expect(source.getKey(current)).rejects.toMatchObject({
      message: 'no usable set of signing keys',
      cause: { message: 'ECONNREFUSED' },
    })
    issuer.answer = () => forge.jwks()
    clock.advance(30)
    expect(await source.getKey(current)).not.toBeNull()
  })

  test('a cold start asks once per cool-down, however many wait', async () => {
    const { issuer, source, clock } = anIssuer()
    issuer.answer = outage
    for (let second = 0; second < 60; second++) {
      await Promise.allSettled([source.getKey(current), source.getKey('another')])
      clock.advance(1)
    }
    expect(issuer.fetches).toBe(2)
  })

  test('a warm set serves on past its age, with one try per cool-down', async () => {
    const { issuer, source, clock, log } = anIssuer()
    await source.load()
    issuer.answer = outage
    clock.advance(601)
    for (let second = 0; second < 60; second++) {
      expect(await source.getKey(current)).not.toBeNull()
      clock.advance(1)
    }
    expect(issuer.fetches).toBe(1 + 2)
    expect(log.lines.map(({ message }) => message)).toContain(
      'signing keys could not be fetched; the last set stays',
    )
  })

  test('a set serves for its age and a day, and no longer', async () => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    issuer.answer = outage
    clock.advance(600 + 86_400)
    expect(await source.getKey(current)).not.toBeNull()
    clock.advance(1)
    await expect(source.getKey(current)).rejects.toThrow('no usable set')
  })

  test('1,000 random kids cause at most one fetch per cool-down', async () => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    for (let round = 1; round <= 3; round++) {
      clock.advance(30)
      const kids = Array.from({ length: 1_000 }, (_, index) => `kid-${round}-${index}`)
      const keys = await Promise.all(kids.map((kid) => source.getKey(kid)))
      expect(keys.every((key) => key === null)).toBe(true)
      expect(issuer.fetches).toBe(1 + round)
    }
  })

  test('random kids during an outage do not hurt those who hold a good one', async () => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    issuer.answer = outage
    clock.advance(30)
    expect(await source.getKey('random')).toBeNull()
    expect(await source.getKey(current)).not.toBeNull()
  })

  test.each([
    ['nothing', null],
    ['a text', 'Bad gateway'],
    ['no keys member', {}],
    ['keys that are no list', { keys: forge.jwk('current') }],
    ['an empty list', { keys: [] }],
    ['a list without a usable key', { keys: [null, 'key', {}, { kid: 'x' }] }],
  ])('an answer of %s is an outage, not a rotation', async (_, answer) => {
    const { issuer, source, clock } = anIssuer()
    await source.load()
    issuer.answer = () => answer
    clock.advance(601)
    expect(await source.getKey(current)).not.toBeNull()
  })
})

describe('J15: keys that a set may hold and nobody may use', () => {
  const { d } = forge.key('leaked').privateKey.export({ format: 'jwk' })
  const good = forge.jwk('current')

  test.each([
    ['a symmetric key', { kty: 'oct', kid: 'k', alg: 'RS256', k: 'c2VjcmV0' }],
    [
      'an elliptic-curve key',
      {
        ...forge.ellipticKey().privateKey.export({ format: 'jwk' }),
        d: undefined,
        kid: 'k',
        alg: 'ES256',
      },
    ],
    ['a key with its private half', { ...forge.jwk('leaked'), kid: 'k', d }],
    ['a key with one private member', { ...good, kid: 'k', dp: 'AQ' }],
    ['a key for encryption', { ...good, kid: 'k', use: 'enc' }],
    ['a key for signing only', { ...good, kid: 'k', key_ops: ['sign'] }],
    ['a key for RS512', { ...good, kid: 'k', alg: 'RS512' }],
    ['a key without alg', { ...good, kid: 'k', alg: undefined }],
    ['a key of 1,024 bits', { ...good, kid: 'k', n: String(good.n).slice(0, 171) }],
    ['a key whose n is no text', { ...good, kid: 'k', n: 65537 }],
  ])('%s is ignored, and the others work', async (_, jwk) => {
    const { issuer, source, log } = anIssuer()
    issuer.answer = () => ({ keys: [jwk, good] })
    await source.load()
    expect(await source.getKey('k')).toBeNull()
    expect(await source.getKey(current)).not.toBeNull()
    expect(log.lines).toMatchObject([{ fields: { kid: 'k' } }])
  })

  test('a key without kid is ignored', async () => {
    const { issuer, source } = anIssuer()
    issuer.answer = () => ({ keys: [{ ...good, kid: undefined }, forge.jwk('previous')] })
    await source.load()
    expect(await source.getKey('undefined')).toBeNull()
  })

  test('two keys with one kid are both ignored, in either order', async () => {
    const { issuer, source } = anIssuer()
    const twins = [forge.jwk('twin'), forge.jwk('otherTwin')]
    for (const keys of [twins, twins.toReversed()]) {
      issuer.answer = () => ({ keys: [...keys, good] })
      await source.load()
      expect(await source.getKey('twin')).toBeNull()
    }
  })
})
