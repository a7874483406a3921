import { beforeAll, describe, expect, test } from '@jest/globals'
import { ACCESS_TOKEN_AUDIENCE, createKeySource } from '../src/index.ts'
import { hostileTokenCases, movableClock, tokenForge } from '../src/testing/index.ts'
import { aVerifier, ISSUER, refusalOf } from './support/a-verifier.ts'

const clock = movableClock()
const forge = tokenForge({ issuer: ISSUER, audience: ACCESS_TOKEN_AUDIENCE, clock })
const keySource = createKeySource({ fetchJwks: async () => forge.hostileJwks(), clock })
const { verifier } = aVerifier({ keySource, clock })

beforeAll(() => keySource.load())

describe('the token verifier', () => {
  test('accepts the good token that every hostile one is made from', async () => {
    const principal = await verifier.verify(forge.sign())
    expect(principal.userId).toBe(forge.claims().sub)
  })

  test('accepts a good token of a client', async () => {
    const principal = await verifier.verify(forge.sign(forge.serviceClaims()))
    expect(principal.kind).toBe('service')
  })

  test.each(hostileTokenCases)('$rule: refuses $name', async ({ make }) => {
    expect(await refusalOf(verifier, make(forge))).toMatch(/^access token refused: ./)
  })

  test('refuses each hostile token for what is wrong with it', async () => {
    const reasons: Record<string, string> = {}
    for (const { rule, name, make } of hostileTokenCases) {
      const detail = await refusalOf(verifier, make(forge))
      reasons[`${rule}: ${name}`] = detail.replace('access token refused: ', '')
    }
    expect(reasons).toMatchSnapshot()
  })

  test('never puts a part of the token into the reason', async () => {
    for (const { make } of hostileTokenCases) {
      const token = make(forge)
      const detail = await refusalOf(verifier, token)
      const segments = token.split('.').filter((segment) => segment.length > 8)
      expect(segments.filter((segment) => detail.includes(segment))).toEqual([])
    }
  })

  test('no two cases have one name', () => {
    const names = hostileTokenCases.map(({ rule, name }) => `${rule} ${name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  test('the forge lists the same cases as tokens', () => {
    expect(forge.hostileTokens().map(({ name }) => name)).toEqual(
      hostileTokenCases.map(({ name }) => name),
    )
  })
})
