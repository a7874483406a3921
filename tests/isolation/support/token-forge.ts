import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { ACCESS_TOKEN_AUDIENCE } from '@logicspike/auth'
import { type Claims, type TokenForge, tokenForge } from '@logicspike/auth/testing'
import { TEST_PUBLIC_URL, type TestPlatform } from '@logicspike/testing'

type SealedKey = { readonly id: string; readonly sealed_private_jwk: string }

/**
 * Makes tokens with the very key that the platform signs with, so that a hostile token is refused
 * for what is wrong with it and not for its key.
 * @param real claims of a real token, where made-up ids would not do; each token has its own `jti`
 */
export async function platformForge(
  { database, secretBox, clock }: TestPlatform,
  real: Claims = {},
): Promise<TokenForge> {
  const [row] = await database.asAdmin<SealedKey>(
    `select id, sealed_private_jwk from identity.signing_keys
     where activates_at <= $1 and (retires_at is null or retires_at > $1)
     order by activates_at desc limit 1`,
    [clock.now()],
  )
  if (!row) throw new Error('identity has no signing key')
  const { jti: _, ...claims } = real
  const jwk = secretBox.open(row.sealed_private_jwk, `signing-key:${row.id}`)
  const privateKey = createPrivateKey({ key: JSON.parse(jwk) as JsonWebKey, format: 'jwk' })
  return tokenForge({
    issuer: TEST_PUBLIC_URL,
    audience: ACCESS_TOKEN_AUDIENCE,
    clock,
    signingKey: { kid: row.id, privateKey },
    claims,
  })
}

/** A token as the client-credentials grant gives it to a service. */
export async function serviceToken(
  platform: TestPlatform,
  service: string,
  scope: string,
): Promise<string> {
  const forge = await platformForge(platform)
  return forge.sign(
    forge.serviceClaims({ sub: service, client_id: service, services: [service], scope }),
  )
}
