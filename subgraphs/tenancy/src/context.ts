import type { Clock } from '@logicspike/auth'
import { type Caller, forkFor, type Orm } from '@logicspike/database'
import type { IdFactory, IdOf } from '@logicspike/ids'
import type { InternalClient } from '@logicspike/internal-api'
import type { SecretBox } from '@logicspike/secrets'
import type { VerifiedRequest } from '@logicspike/subgraph-server'
import { type Logger, newRequestId } from '@logicspike/telemetry'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { TenancyConfig } from './config.ts'
import { createLoaders, type Loaders } from './loaders.ts'

/** What the process has once, for every request, internal call and job. */
export type TenancyServices = {
  readonly config: TenancyConfig
  readonly clock: Clock
  readonly ids: IdFactory
  /** Seals queued mails. */
  readonly secretBox: SecretBox
  /** Asks other services. Never inside a transaction. */
  readonly internal: InternalClient
}

/** What is known of one request, verified at the door. */
export type RequestFacts = Pick<
  VerifiedRequest,
  'actor' | 'requestId' | 'clientIp' | 'userAgent' | 'log'
>

/** What every use case gets first. In a transaction, `em` is the transaction's. */
export type TenancyContext = TenancyServices &
  RequestFacts & {
    /** Sees the rows of `workspaceId`, and no others. */
    readonly em: EntityManager
    /** Of a request, the workspace its token is for; null sees no workspace at all. */
    readonly workspaceId: IdOf<'workspace'> | null
    /** Batched reads for resolvers. Use cases read by repositories instead. */
    readonly loaders: Loaders
    /** Opens what sees something else; for the functions of this file only. */
    readonly openEm: (caller: Caller) => EntityManager
  }

/** Makes contexts. Each has an entity manager of its own, so that no request sees another's rows. */
export type ContextFactory = {
  forRequest(facts: RequestFacts): TenancyContext
  /** For other services' questions: no actor, no workspace until it enters one. */
  forCall(requestId: string): TenancyContext
  /** For work that nobody asked for: as above. */
  forJob(name: string): TenancyContext
}

export function createContextFactory(
  services: TenancyServices,
  orm: Orm,
  log: Logger,
): ContextFactory {
  const openEm = (caller: Caller): EntityManager => forkFor(orm, caller)
  const forRequest = (facts: RequestFacts): TenancyContext => {
    const { actor, requestId, clientIp, userAgent } = facts
    const workspaceId = actor?.workspaceId ?? null
    const em = openEm({ tenantId: workspaceId })
    return {
      ...services,
      ...{ actor, requestId, clientIp, userAgent, log: facts.log },
      ...{ em, openEm, workspaceId, loaders: createLoaders(em) },
    }
  }
  const forNobody = (requestId: string, fields: object): TenancyContext =>
    forRequest({ ...nobody, requestId, log: log.child(fields) })
  return {
    forRequest,
    forCall: (requestId) => forNobody(requestId, { requestId }),
    forJob: (name) => forNobody(newRequestId(), { job: name }),
  }
}

const nobody = { actor: null, clientIp: null, userAgent: null } as const

/**
 * The same request in another workspace than its token's; besides, it sees the caller's own
 * memberships. For those who come from outside: creating, resuming, restoring, accepting an
 * invitation, internal calls and jobs. Whoever calls it answers for the caller's right to be there.
 */
export function inWorkspace(
  ctx: TenancyContext,
  workspaceId: IdOf<'workspace'>,
): TenancyContext & { readonly workspaceId: IdOf<'workspace'> } {
  const em = ctx.openEm({ tenantId: workspaceId, userId: ctx.actor?.userId ?? null })
  return { ...ctx, em, workspaceId, loaders: createLoaders(em) }
}

/** The same request among one user's memberships, whatever workspaces they are in. Reads only. */
export function amongWorkspacesOf(ctx: TenancyContext, userId: IdOf<'user'>): TenancyContext {
  const em = ctx.openEm({ userId })
  return { ...ctx, em, workspaceId: null, loaders: createLoaders(em) }
}
