import { describe, expect, test } from '@jest/globals'
import { createKeySource, createTokenVerifier } from '../src/index.ts'
import { type ForgeKeyName, movableClock, tokenForge } from '../src/testing/index.ts'
import { ISSUER, refusalOf } from './support/a-verifier.ts'

/** An issuer that signs with one key and publishes some, and a verifier with a warm key set. */
async function anIssuerPublishing(...names: ForgeKeyName[]) {
  const clock = movableClock()
  const forge = tokenForge({ issuer: ISSUER, audience: 'logicspike', clock })
  const issuer = {
    fetches: 0,
    published: names,
    down: false,
    signAs: (name: ForgeKeyName) => forge.sign(forge.claims(), {}, forge.key(name)),
  }
  const keySource = createKeySource({
    clock,
    fetchJwks: async () => {
      issuer.fetches += 1
      if (issuer.down) throw new Error('ECONNREFUSED')
      return { keys: issuer.published.map(forge.jwk) }
    },
  })
  await keySource.load()
  const verifier = createTokenVerifier({ issuer: ISSUER, audience: 'logicspike', keySource, clock })
  return { clock, forge, issuer, verifier }
}

describe('J10: rotation of signing keys', () => {
  test('goes through next, current and previous without one good token refused', async () => {
    const { clock, issuer, verifier } = await anIssuerPublishing('current', 'previous')
    const beforeRotation = issuer.signAs('current')

    issuer.published = ['next', 'current', 'previous']
    clock.advance(601)
    await verifier.verify(issuer.signAs('current'))

    const afterActivation = issuer.signAs('next')
    const fetches = issuer.fetches
    await verifier.verify(afterActivation)
    expect(issuer.fetches).toBe(fetches)

    const lastOfOld = issuer.signAs('current')
    issuer.published = ['next', 'current']
    clock.advance(299)
    await verifier.verify(lastOfOld)
    expect(await refusalOf(verifier, beforeRotation)).toContain('exp')
  })

  test('refuses a key that was retired, once the key set is renewed', async () => {
    const { clock, issuer, verifier } = await anIssuerPublishing('current', 'previous')
    await verifier.verify(issuer.signAs('previous'))
    issuer.published = ['current']
    clock.advance(601)
    expect(await refusalOf(verifier, issuer.signAs('previous'))).toContain('kid is unknown')
  })

  test('takes up a key that was published and used at once, after the cool-down', async () => {
    const { clock, issuer, verifier } = await anIssuerPublishing('current')
    issuer.published = ['next']
    expect(await refusalOf(verifier, issuer.signAs('next'))).toContain('kid is unknown')
    clock.advance(30)
    await verifier.verify(issuer.signAs('next'))
  })

  test('refuses both of two keys with one kid and accepts the others', async () => {
    const { issuer, verifier } = await anIssuerPublishing('twin', 'otherTwin', 'current')
    expect(await refusalOf(verifier, issuer.signAs('twin'))).toContain('kid is unknown')
    expect(await refusalOf(verifier, issuer.signAs('otherTwin'))).toContain('kid is unknown')
    await verifier.verify(issuer.signAs('current'))
  })
})

describe('J14: tokens while the issuer is down', () => {
  test('a cold verifier refuses everything, uniformly', async () => {
    const { issuer, clock, forge } = await anIssuerPublishing('current')
    const cold = createTokenVerifier({
      issuer: ISSUER,
      audience: 'logicspike',
      clock,
      keySource: createKeySource({
        clock,
        fetchJwks: () => Promise.reject(new Error('ECONNREFUSED')),
      }),
    })
    expect(await refusalOf(cold, issuer.signAs('current'))).toContain('no signing keys')
    expect(await refusalOf(cold, forge.sign(forge.serviceClaims()))).toContain('no signing keys')
  })

  test('a warm one accepts new tokens for a day past the age of its keys', async () => {
    const { clock, issuer, verifier } = await anIssuerPublishing('current')
    issuer.down = true
    clock.advance(601)
    await verifier.verify(issuer.signAs('current'))
    clock.advance(86_399)
    await verifier.verify(issuer.signAs('current'))
  })

  test('past that it refuses even a token it had verified', async () => {
    const { clock, issuer, verifier } = await anIssuerPublishing('current')
    issuer.down = true
    clock.advance(86_900)
    const token = issuer.signAs('current')
    await verifier.verify(token)
    clock.advance(101)
    expect(await refusalOf(verifier, token)).toContain('no signing keys')
  })

  test('1,000 tokens with random kids cause one fetch per cool-down', async () => {
    const { clock, forge, issuer, verifier } = await anIssuerPublishing('current')
    const [, claims, signature] = forge.sign().split('.')
    const tokens = Array.from({ length: 1_000 }, (_, index) => {
      const header = JSON.stringify(forge.header({ kid: `random-${index}` }))
      return `${Buffer.from(header).toString('base64url')}.${claims}.${signature}`
    })
    clock.advance(30)
    const refusals = await Promise.all(tokens.map((token) => refusalOf(verifier, token)))
    expect(new Set(refusals)).toEqual(new Set(['access token refused: kid is unknown']))
    expect(issuer.fetches).toBe(2)
    await verifier.verify(issuer.signAs('current'))
    expect(issuer.fetches).toBe(2)
  })
})
