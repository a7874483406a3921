import type { FastifyInstance } from 'fastify'
import type { IdentityConfig } from '../../config.ts'
import type { Signer } from './signer.ts'

/** Verifiers may keep the keys for so long; the Next key is published weeks before it signs. */
const CACHE_CONTROL = 'public, max-age=300, stale-if-error=86400'

/** Public documents: signing keys (RFC 7517) and metadata (OIDC Discovery 1.0). */
export function wellKnownRoutes(
  http: FastifyInstance,
  deps: { signer: Signer; config: IdentityConfig },
): void {
  const metadata = authorizationServerMetadata(deps.config)
  http.get('/.well-known/jwks.json', async (_, reply) =>
    reply
      .header('cache-control', CACHE_CONTROL)
      .type('application/jwk-set+json')
      .send(JSON.stringify(deps.signer.jwks())),
  )
  http.get('/.well-known/openid-configuration', async (_, reply) =>
    reply.header('cache-control', CACHE_CONTROL).send(metadata),
  )
}

/**
 * There is no authorization endpoint: people sign in over GraphQL, so no response type is offered.
 */
function authorizationServerMetadata({ issuer, publicUrl }: IdentityConfig): object {
  const clientAuthentication = ['none', 'client_secret_basic', 'client_secret_post']
  return {
    issuer,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    token_endpoint: `${publicUrl}/oauth/token`,
    token_endpoint_auth_methods_supported: clientAuthentication,
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    revocation_endpoint_auth_methods_supported: clientAuthentication,
    grant_types_supported: [
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
