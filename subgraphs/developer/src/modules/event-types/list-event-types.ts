import {
  catalogue,
  type EventDefinition,
  type EventType,
  eventJsonSchema,
} from '@logicspike/events'
import type { DeveloperContext } from '../../context.ts'
import { listNewestVersions } from './registered-event-type.repository.ts'

export type ListedEventType = {
  readonly name: string
  readonly version: number
  readonly description: string
  /** Null for the platform's own. */
  readonly service: string | null
  readonly schema: object
}

const platformTypes: readonly ListedEventType[] = (Object.keys(catalogue) as EventType[])
  .map((name) => ({ name, definition: catalogue[name] as EventDefinition }))
  .filter(({ definition: { visibleTo } }) => visibleTo !== 'nobody' && visibleTo !== 'itsUser')
  .map(({ name, definition: { version, description } }) => ({
    ...{ name, version, description },
    service: null,
    schema: eventJsonSchema(name),
  }))

/** Every type of which events may be shown on a stream, in its newest version, by name. */
export async function listEventTypes(ctx: DeveloperContext): Promise<ListedEventType[]> {
  const registered = await listNewestVersions(ctx)
  return [...platformTypes, ...registered].sort((a, b) => (a.name < b.name ? -1 : 1))
}
