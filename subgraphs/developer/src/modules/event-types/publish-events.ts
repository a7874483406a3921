import { AppError, notFound, ok, type Result, refuse } from '@logicspike/errors'
import {
  EventDataInvalid,
  type ExternalEvent,
  ExternalEventInvalid,
  publishExternalEvent,
} from '@logicspike/events'
import { type IdOf, isId } from '@logicspike/ids'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { DeveloperContext } from '../../context.ts'
import type { RegisteredEventType } from './registered-event-type.entity.ts'
import { listVersionsOf } from './registered-event-type.repository.ts'
import { requireService } from './require-service.ts'

const MAX_AT_A_TIME = 100

export type EventInput = {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly subject: string
  readonly data: unknown
  readonly time?: Date | null | undefined
}

/** What became of a batch: what was taken, and what was not, with why. */
export type Published = {
  readonly events: readonly { readonly givenId: string; readonly id: IdOf<'event'> }[]
  readonly refused: readonly InvalidInputError[]
}

/**
 * Publishes events of the calling service in the workspace of `tx`. Each by itself: one that is
 * refused keeps no other back. An event that comes again with its id changes nothing.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (not a service, or the platform's own)
 */
export async function publishServiceEvents(
  tx: DeveloperContext & { readonly workspaceId: IdOf<'workspace'> },
  given: readonly EventInput[],
): Promise<Result<Published, InvalidInputError>> {
  const service = requireService(tx, 'developer:events.publish')
  if (given.length > MAX_AT_A_TIME) {
    return refuse(invalidInput(`At most ${MAX_AT_A_TIME} at a time.`, 'events'))
  }
  const versions = await listVersionsOf(tx, service)
  const events: { givenId: string; id: IdOf<'event'> }[] = []
  const refused: InvalidInputError[] = []
  for (const [index, event] of given.entries()) {
    const published = await publishOne(tx, service, versions, event, ['events', String(index)])
    if (published.ok) events.push({ givenId: event.id, id: published.value })
    else refused.push(...published.errors)
  }
  return ok({ events, refused })
}

/**
 * The workspace in which a service publishes. A service's token is for none, so it says which; one
 * that is for a workspace cannot reach another.
 * @throws AppError BAD_USER_INPUT, NOT_FOUND
 */
export function workspaceToPublishIn(
  ctx: Pick<DeveloperContext, 'workspaceId'>,
  named: string,
): IdOf<'workspace'> {
  if (!isId('workspace', named)) {
    throw new AppError('BAD_USER_INPUT', '"workspaceId" is no id of a workspace.')
  }
  if (ctx.workspaceId !== null && ctx.workspaceId !== named) throw notFound('workspace')
  return named
}

async function publishOne(
  tx: DeveloperContext & { readonly workspaceId: IdOf<'workspace'> },
  service: string,
  versions: readonly RegisteredEventType[],
  event: EventInput,
  path: string[],
): Promise<Result<IdOf<'event'>, InvalidInputError>> {
  const { id, type, version, subject, data, time } = event
  const registered = versions.find((row) => row.name === type && row.version === version)
  if (!registered) {
    return refuse(invalidInput('No such version of a type is registered.', ...path, 'type'))
  }
  const bare = type.slice(service.length + 1)
  const external: ExternalEvent = {
    ...{ service, type: bare, version, id, workspaceId: tx.workspaceId, subject, data },
    ...(time && { occurredAt: time }),
  }
  try {
    return ok((await publishExternalEvent(tx, external, registered.schema)).id)
  } catch (error) {
    if (error instanceof EventDataInvalid) return refuse(...misfits(error, path))
    if (error instanceof ExternalEventInvalid) return refuse(invalidInput(error.message, ...path))
    throw error
  }
}

const misfits = ({ failures }: EventDataInvalid, path: string[]): InvalidInputError[] =>
  failures.map((it) =>
    invalidInput(`It ${it.message}.`, ...path, 'data', ...it.path.split('/').slice(1)),
  )
