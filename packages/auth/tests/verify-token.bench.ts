/**
 * What it costs to verify an access token: `npm run bench -w @logicspike/auth`.
 * "Cold" verifies a signature each time; "cached" is a token seen before.
 */
import {
  ACCESS_TOKEN_AUDIENCE,
  createEpochRegistry,
  createKeySource,
  createTokenVerifier,
  expandRole,
  serialiseScope,
} from '../src/index.ts'
import { tokenForge } from '../src/testing/index.ts'
import { memoryLog } from './support/memory-log.ts'

const TOKENS = 2_000
const ROUNDS = 50

const clock = { now: () => new Date() }
const issuer = 'https://id.logicspike.example'
const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
const fetchJwks = async () => ({ keys: [forge.jwk('current')] })
const epochs = createEpochRegistry({ sources: [], clock, log: memoryLog() })
const scope = serialiseScope(expandRole('owner'))
const tokens = Array.from({ length: TOKENS }, () => forge.sign(forge.claims({ scope })))

const verifierOf = (cacheSize: number) =>
  createTokenVerifier({
    issuer,
    audience: ACCESS_TOKEN_AUDIENCE,
    keySource: createKeySource({ fetchJwks, clock }),
    epochs,
    clock,
    cacheSize,
  })

/** Mean microseconds per verification, one after the other. */
async function measure(cacheSize: number, rounds: number): Promise<number> {
  const verifier = verifierOf(cacheSize)
  for (const token of tokens) await verifier.verify(token)
  const start = performance.now()
  for (let round = 0; round < rounds; round++) {
    for (const token of tokens) await verifier.verify(token)
  }
  return ((performance.now() - start) * 1000) / (rounds * tokens.length)
}

const cold = await measure(0, 2)
const cached = await measure(TOKENS, ROUNDS)
process.stdout.write(
  `token of ${tokens[0]?.length} characters: cold ${cold.toFixed(1)} µs, ` +
    `cached ${cached.toFixed(1)} µs (${(cold / cached).toFixed(0)} times faster)\n`,
)
