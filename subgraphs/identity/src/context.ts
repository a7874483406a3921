import { forkFor, type Orm } from '@logicspike/database'
import type { IdFactory } from '@logicspike/ids'
import type { InternalClient } from '@logicspike/internal-api'
import type { SecretBox } from '@logicspike/secrets'
import type { ServerContext, VerifiedRequest } from '@logicspike/subgraph-server'
import { type Logger, newRequestId } from '@logicspike/telemetry'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { IdentityConfig } from './config.ts'
import type { PasswordHasher } from './modules/credentials/password-hash.ts'
import type { GoogleClient } from './modules/google/google-client.ts'
import type { RateLimits } from './modules/rate-limits/rate-limits.ts'
import type { TokenMinter } from './modules/tokens/token-minter.ts'
import { createUserLoader, type UserLoader } from './modules/users/user-loader.ts'

/** What the process has once, for every request and job. */
export type IdentityServices = {
  readonly config: IdentityConfig
  readonly clock: { now(): Date }
  readonly ids: IdFactory
  /** `bytes` random bytes as base64url; 32 unless said otherwise. */
  readonly random: (bytes?: number) => string
  readonly secretBox: SecretBox
  readonly tokens: TokenMinter
  readonly passwords: PasswordHasher
  /** Counts tries. Spend before a transaction opens. */
  readonly limits: RateLimits
  /** Null where signing in with Google is not set up. Never inside a transaction. */
  readonly google: GoogleClient | null
  /** Asks tenancy. Never inside a transaction. */
  readonly tenancy: InternalClient
}

/** What is known of one request, verified by the server or, for plain routes, by the route. */
export type RequestFacts = Pick<
  VerifiedRequest,
  | ('actor' | 'accessToken' | 'requestId' | 'clientIp' | 'userAgent' | 'origin')
  | ('cookies' | 'setCookie' | 'log')
>

/** What every use case gets first. In a transaction, `em` is the transaction's. */
export type IdentityContext = ServerContext &
  IdentityServices &
  RequestFacts & {
    readonly em: EntityManager
    /** People as the caller may see them, read together. */
    readonly users: UserLoader
  }

/** Makes contexts. Each has an entity manager of its own, so that no request sees another's. */
export type ContextFactory = {
  forRequest(facts: RequestFacts): IdentityContext
  /** For work that nobody asked for: no actor, no client. */
  forJob(name: string): IdentityContext
}

export function createContextFactory(
  services: IdentityServices,
  orm: Orm,
  log: Logger,
): ContextFactory {
  const forRequest = (facts: RequestFacts): IdentityContext => {
    const em = forkFor(orm, { userId: facts.actor?.userId ?? null })
    const ctx = { ...services, ...facts, em }
    return { ...ctx, users: createUserLoader(ctx) }
  }
  return {
    forRequest,
    forJob: (name) =>
      forRequest({
        actor: null,
        accessToken: null,
        requestId: newRequestId(),
        clientIp: null,
        userAgent: null,
        origin: null,
        cookies: {},
        setCookie: () => {},
        log: log.child({ job: name }),
      }),
  }
}
