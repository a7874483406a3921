import {
  ACCESS_TOKEN_AUDIENCE,
  createKeySource,
  createTokenVerifier,
  listPermissions,
} from '@logicspike/auth'
import { tokenForge } from '@logicspike/auth/testing'
import { type Measurement, measure } from './measure.ts'

/** Verifies Owner tokens one after the other: each for the first time, and the same one again. */
export async function measureVerification(): Promise<Measurement[]> {
  const clock = { now: () => new Date() }
  const issuer = 'http://localhost:4000'
  const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
  const scope = listPermissions()
    .map(({ name }) => name)
    .toSorted()
    .join(' ')
  const tokens = Array.from({ length: 2_000 }, (_, n) =>
    forge.sign(forge.claims({ scope, jti: `token-${n}` })),
  )
  const verifierOf = (cacheSize: number) =>
    createTokenVerifier({
      issuer,
      audience: ACCESS_TOKEN_AUDIENCE,
      keySource: createKeySource({ fetchJwks: async () => forge.jwks(), clock }),
      clock,
      cacheSize,
    })
  const cold = verifierOf(1)
  const warm = verifierOf(10)
  let next = 0
  return [
    await measure({
      name: 'token verification, first time',
      concurrency: 1,
      seconds: 3,
      run: async () => void (await cold.verify(tokens[next++ % tokens.length] ?? '')),
    }),
    await measure({
      name: 'token verification, seen before',
      concurrency: 1,
      seconds: 3,
      run: async () => void (await warm.verify(tokens[0] ?? '')),
    }),
  ]
}
