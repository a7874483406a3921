import { AppError } from '@logicspike/errors'
import {
  ACCESS_TOKEN_AUDIENCE,
  createKeySource,
  createTokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
} from '../../src/index.ts'
import { movableClock, tokenForge } from '../../src/testing/index.ts'

export const ISSUER = 'https://id.logicspike.example'

/** A verifier that trusts the current key of a forge, with the clock they share. */
export function aVerifier(overrides: Partial<TokenVerifierOptions> = {}) {
  const clock = movableClock()
  const forge = tokenForge({ issuer: ISSUER, audience: ACCESS_TOKEN_AUDIENCE, clock })
  const fetchJwks = async () => ({ keys: [forge.jwk('current')] })
  const keySource = createKeySource({ fetchJwks, clock })
  const verifier = createTokenVerifier({
    issuer: ISSUER,
    audience: ACCESS_TOKEN_AUDIENCE,
    keySource,
    clock,
    ...overrides,
  })
  return { clock, forge, keySource, verifier }
}

/**
 * What the log would learn about the refusal of a token.
 * @throws where the token is accepted, or refused otherwise than by the one uniform error
 */
export async function refusalOf(verifier: TokenVerifier, token: string): Promise<string> {
  const outcome = await verifier.verify(token).then(
    () => 'accepted',
    (error: unknown) => error,
  )
  if (!(outcome instanceof AppError)) throw new Error(`not a refusal: ${String(outcome)}`)
  if (outcome.code !== 'UNAUTHENTICATED' || outcome.message !== 'Sign in to do this.') {
    throw new Error(`not the uniform refusal: ${outcome.code} ${outcome.message}`)
  }
  if (Object.keys(outcome.extensions).length > 0) throw new Error('the refusal says too much')
  return outcome.detail ?? ''
}
