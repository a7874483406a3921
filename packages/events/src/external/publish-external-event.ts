import { isPlatformService, isServiceName } from '@logicspike/auth'
import { type IdOf, idOfName } from '@logicspike/ids'
import { appendToOutbox, type PublishContext } from '../publish-event.ts'
import { assertEventData } from './event-schema.ts'

/** An event of an end-user service, of a type it has registered. */
export type ExternalEvent = {
  /** The service's name, `blog`; never one of the platform's own. */
  readonly service: string
  /** `<noun>.<past verb>`, without the service: `post.published`. */
  readonly type: string
  readonly version: number
  /** The service's own id of the event, 1 to 200 characters: whatever comes again with it is the same. */
  readonly id: string
  readonly workspaceId: string
  /** What the event is about, 1 to 200 characters. */
  readonly subject: string
  readonly data: unknown
  /** When it happened; now, where absent. */
  readonly occurredAt?: Date
}

/** An event whose service, type, id or subject has not the form it must have. */
export class ExternalEventInvalid extends Error {
  override readonly name = 'ExternalEventInvalid'
}

const TYPE = /^[a-z][a-z_]{0,49}\.[a-z][a-z_]{0,49}$/

/** The type's name in the log: `blog:post.published`. */
export function externalType(service: string, type: string): string {
  if (!isServiceName(service) || isPlatformService(service)) {
    throw new ExternalEventInvalid(`"${service}" may not publish events of its own.`)
  }
  if (!TYPE.test(type)) throw new ExternalEventInvalid(`"${type}" is not <noun>.<past verb>.`)
  return `${service}:${type}`
}

/**
 * Appends an event of an end-user service to the outbox in the transaction of `ctx.em`. An event
 * that comes again (same service, workspace and `id`) is taken, and leaves nothing new in the log.
 * @param schema the JSON Schema that the service registered for this version of the type
 * @returns its id in the log, the same each time
 * @throws EventDataInvalid, EventSchemaInvalid, ExternalEventInvalid
 */
export async function publishExternalEvent(
  ctx: PublishContext,
  event: ExternalEvent,
  schema: object,
): Promise<{ readonly id: IdOf<'event'> }> {
  const type = externalType(event.service, event.type)
  for (const [name, text] of Object.entries({ id: event.id, subject: event.subject })) {
    if (text.length < 1 || text.length > 200) {
      throw new ExternalEventInvalid(`"${name}" has 1 to 200 characters.`)
    }
  }
  assertEventData(type, schema, event.data)
  const id = idInLog(event)
  const { workspaceId, version, subject, data, occurredAt = ctx.clock.now() } = event
  const checked = {
    id,
    workspaceId,
    type,
    version,
    class: 'domain',
    subject,
    data,
    occurredAt,
  } as const
  await appendToOutbox(ctx, [checked], { ignoreKnown: true })
  return { id }
}

/**
 * Made of the service's own id, so that the log knows an event that comes again; and of workspace
 * and service, so that nobody's id is in the way of another's.
 */
const idInLog = ({ workspaceId, service, id }: ExternalEvent): IdOf<'event'> =>
  idOfName('event', JSON.stringify([workspaceId, service, id]))
