import type { GatewayKeyring, TokenVerifier } from '@logicspike/auth'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance } from 'fastify'
import type { IdentityConfig } from './config.ts'
import type { ContextFactory } from './context.ts'
import { googleRoutes } from './modules/google/google.route.ts'
import { oauthRoutes } from './modules/oauth/oauth.route.ts'
import type { Signer } from './modules/tokens/signer.ts'
import { wellKnownRoutes } from './modules/tokens/well-known.route.ts'

export type RouteDependencies = {
  readonly contexts: ContextFactory
  readonly verifier: TokenVerifier
  readonly keyring: GatewayKeyring
  readonly signer: Signer
  readonly config: IdentityConfig
  readonly log: Logger
}

/** The plain HTTP entrances beside GraphQL. */
export function registerRoutes(http: FastifyInstance, deps: RouteDependencies): void {
  wellKnownRoutes(http, deps)
  oauthRoutes(http, deps)
  googleRoutes(http, deps)
}
