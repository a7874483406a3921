import type { Principal } from '@logicspike/auth'
import type { IdFactory } from '@logicspike/ids'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import { catalogue, type EventData, type EventType } from './catalogue.ts'
import type { EventDefinition } from './define-event.ts'
import type { EventClass } from './logged-event.ts'

/** What publishing needs of a request's or job's context. */
export type PublishContext = {
  readonly em: SqlEntityManager
  readonly ids: IdFactory
  readonly clock: { now(): Date }
  readonly actor: Principal | null
  readonly requestId: string
  /** Id of the event that this work answers, where it answers one. */
  readonly causationId?: string | null
  /** W3C trace context of the work. */
  readonly traceparent?: string | null
}

type NewEvent<T extends EventType> = {
  readonly type: T
  /** The workspace it happened in; null where it belongs to none. */
  readonly workspaceId: string | null
  /** Id of the object the event is about. */
  readonly subject: string
  readonly data: EventData<T>
  /** `audit` events feed the audit log and are never shown on public streams. Internal types stay so. */
  readonly class?: 'domain' | 'audit'
}

const INSERT = `insert into outbox
  (id, tenant_id, type, version, class, subject, actor, data, correlation_id, causation_id,
   traceparent, occurred_at)
  values `
const ROW = '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'

/** Rows of one statement: twelve parameters each, of the 65,535 that a statement may have. */
const ROWS_AT_A_TIME = 1_000

/**
 * Appends an event to the outbox in the transaction of `ctx.em`: both commit or neither does.
 * @throws ZodError where data does not fit the catalogue, which fails the caller's transaction
 */
export async function publishEvent<T extends EventType>(
  ctx: PublishContext,
  event: NewEvent<T>,
): Promise<void> {
  await publishEvents(ctx, [event])
}

/**
 * The same for many at a time, in as few statements as can be; order is kept.
 * @throws ZodError where the data of any does not fit the catalogue
 */
export async function publishEvents<T extends EventType>(
  ctx: PublishContext,
  events: readonly NewEvent<T>[],
): Promise<void> {
  await appendToOutbox(
    ctx,
    events.map((event) => checked(ctx, event)),
  )
}

/** An event whose type and data have been checked. */
export type CheckedEvent = {
  readonly id: string
  readonly workspaceId: string | null
  readonly type: string
  readonly version: number
  readonly class: EventClass
  readonly subject: string
  readonly data: unknown
  readonly occurredAt: Date
}

/**
 * Writes events to the outbox, in order.
 * @param options.ignoreKnown leaves out events whose id is in the outbox already
 */
export async function appendToOutbox(
  ctx: PublishContext,
  events: readonly CheckedEvent[],
  { ignoreKnown = false }: { readonly ignoreKnown?: boolean } = {},
): Promise<void> {
  const rows = events.map((event) => rowOf(ctx, event))
  const end = ignoreKnown ? ' on conflict do nothing' : ''
  for (let at = 0; at < rows.length; at += ROWS_AT_A_TIME) {
    const some = rows.slice(at, at + ROWS_AT_A_TIME)
    // Plain SQL without RETURNING: the role that writes the outbox has no right to read it.
    await ctx.em.execute(INSERT + some.map(() => ROW).join() + end, some.flat(), 'run')
  }
}

function checked<T extends EventType>(ctx: PublishContext, event: NewEvent<T>): CheckedEvent {
  const definition = definitionOf(event.type)
  return {
    id: ctx.ids('event'),
    workspaceId: event.workspaceId,
    type: event.type,
    version: definition.version,
    class: definition.class ?? event.class ?? 'domain',
    subject: event.subject,
    data: definition.data.parse(event.data),
    occurredAt: ctx.clock.now(),
  }
}

const rowOf = (ctx: PublishContext, event: CheckedEvent): unknown[] => [
  event.id,
  event.workspaceId,
  event.type,
  event.version,
  event.class,
  event.subject,
  JSON.stringify(actorOf(ctx.actor)),
  JSON.stringify(event.data),
  ctx.requestId,
  ctx.causationId ?? null,
  ctx.traceparent ?? null,
  event.occurredAt,
]

const definitionOf = (type: EventType): EventDefinition => catalogue[type]

type AuditRecord = {
  readonly action: string
  readonly workspaceId: string | null
  readonly outcome?: 'success' | 'refused'
  readonly target: { readonly type: string; readonly id: string }
  /** Facts that explain the action; never a secret, and no personal data beyond need. */
  readonly details?: EventData<'audit.recorded'>['details']
}

/** What recording needs beyond publishing. */
export type AuditContext = PublishContext & {
  readonly clientIp: string | null
  readonly userAgent: string | null
}

/** Records an action for auditors in the transaction of `ctx.em`. */
export async function recordAudit(ctx: AuditContext, record: AuditRecord): Promise<void> {
  await publishEvent(ctx, {
    type: 'audit.recorded',
    class: 'audit',
    workspaceId: record.workspaceId,
    subject: record.target.id,
    data: {
      action: record.action,
      outcome: record.outcome ?? 'success',
      target: record.target,
      ip: ctx.clientIp,
      userAgent: ctx.userAgent?.slice(0, 512) ?? null,
      details: record.details ?? {},
    },
  })
}

function actorOf(actor: Principal | null): object | null {
  if (!actor) return null
  return {
    kind: actor.kind,
    id: actor.userId ?? actor.clientId,
    sessionId: actor.sessionId,
    ...(actor.actor && { onBehalfBy: actor.actor }),
  }
}
