import { catalogue, type EventType } from './catalogue.ts'
import type { EventDefinition } from './define-event.ts'
import type { LoggedEvent } from './logged-event.ts'

/** What is known of who looks; a `Principal` is one. */
export type Viewer = {
  readonly permissions: ReadonlySet<string>
  /** Null for a service. */
  readonly userId: string | null
}

/**
 * Whether somebody may be shown an event, as its type says; ask at the time of showing. It says
 * nothing about tenants: whoever asks has read the events of the viewer's own workspace.
 * Types of end-user services are for everybody in the workspace.
 */
export function isVisible(event: LoggedEvent, viewer: Viewer): boolean {
  if (event.class !== 'domain') return false
  if (!isCatalogued(event.type)) return event.type.includes(':')
  const { visibleTo }: EventDefinition = catalogue[event.type]
  if (visibleTo === 'anyMember') return true
  if (visibleTo === 'itsUser') return viewer.userId !== null && userOf(event) === viewer.userId
  return visibleTo !== 'nobody' && viewer.permissions.has(visibleTo)
}

const isCatalogued = (type: string): type is EventType => Object.hasOwn(catalogue, type)

const userOf = ({ data }: LoggedEvent): unknown =>
  typeof data === 'object' && data !== null && 'userId' in data ? data.userId : null
