import { type Caller, forkFor, type Orm } from '@logicspike/database'
import type { LoggedEvent } from '@logicspike/events'
import { type IdOf, isId } from '@logicspike/ids'
import type { VerifiedRequest } from '@logicspike/subgraph-server'
import { type Logger, newRequestId } from '@logicspike/telemetry'
import type { EntityManager } from '@mikro-orm/postgresql'

/** What is known of one request, verified at the door. */
export type RequestFacts = Pick<
  VerifiedRequest,
  'actor' | 'requestId' | 'clientIp' | 'userAgent' | 'log' | 'stream'
>

/** What every use case gets first, besides the services of its subgraph. */
export type WorkspaceContext = RequestFacts & {
  /** Sees the rows of `workspaceId`, and no others. In a transaction, the transaction's. */
  readonly em: EntityManager
  /** Of a request, the workspace its token is for; null sees no workspace at all. */
  readonly workspaceId: IdOf<'workspace'> | null
  /** Opens what sees something else; for `inWorkspace` and its like only. */
  readonly openEm: (caller: Caller) => EntityManager
}

/** What is published because of an event says so. */
export type Causes = { readonly causationId: string; readonly traceparent: string | null }

/** Makes contexts. Each has an entity manager of its own, so that no request sees another's rows. */
export type ContextFactory<Services> = {
  forRequest(facts: RequestFacts): Services & WorkspaceContext
  /** For other services' questions: no actor, no workspace until it enters one. */
  forCall(requestId: string): Services & WorkspaceContext
  /** For work that nobody asked for: as above. */
  forJob(name: string): Services & WorkspaceContext
  /** For a consumer: in the event's workspace, and part of the same story. */
  forEvent(consumer: string, event: LoggedEvent): Services & WorkspaceContext & Causes
  /** Sees what a caller may see; for consumers' own tables. */
  readonly openEm: (caller: Caller) => EntityManager
}

/** @param services what the process has once, for every request, internal call and job */
export function createContextFactory<Services extends object>(
  services: Services,
  orm: Orm,
  log: Logger,
): ContextFactory<Services> {
  const openEm = (caller: Caller): EntityManager => forkFor(orm, caller)
  const forRequest = (facts: RequestFacts): Services & WorkspaceContext => {
    const { actor, requestId, clientIp, userAgent, stream } = facts
    const workspaceId = actor?.workspaceId ?? null
    let em: EntityManager | undefined
    return {
      ...services,
      ...{ actor, requestId, clientIp, userAgent, stream, log: facts.log },
      ...{ openEm, workspaceId },
      // Made when it is asked for: the events of a stream, each with a context, ask for none.
      get em() {
        em ??= openEm({ tenantId: workspaceId, userId: actor?.userId ?? null })
        return em
      },
    }
  }
  const forNobody = (requestId: string, fields: object) =>
    forRequest({ ...nobody, requestId, log: log.child(fields) })
  return {
    forRequest,
    forCall: (requestId) => forNobody(requestId, { requestId }),
    forJob: (name) => forNobody(newRequestId(), { job: name }),
    forEvent(consumer, { id, tenantId, correlationId, traceparent }) {
      const requestId = correlationId ?? newRequestId()
      const ctx = forNobody(requestId, { consumer, eventId: id, requestId })
      const workspaceId = isId('workspace', tenantId) ? tenantId : null
      const inPlace = workspaceId ? inWorkspace(ctx, workspaceId) : ctx
      return { ...inPlace, causationId: id, traceparent }
    },
    openEm,
  }
}

const nobody = { actor: null, clientIp: null, userAgent: null, stream: null } as const

/**
 * The same work in another workspace than the request's token. For internal calls, consumers and
 * jobs; whoever calls it answers for the right to be there.
 */
export function inWorkspace<Context extends WorkspaceContext>(
  ctx: Context,
  workspaceId: IdOf<'workspace'>,
): Context & { readonly workspaceId: IdOf<'workspace'> } {
  const em = ctx.openEm({ tenantId: workspaceId, userId: ctx.actor?.userId ?? null })
  return { ...ctx, em, workspaceId }
}
