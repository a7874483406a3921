import type { PlatformPermission } from '@logicspike/auth'
import type { z } from 'zod'

/**
 * Who, of the members of a workspace, is shown an event of it: whoever holds a permission, everybody,
 * the one user it is about (`data.userId`), or nobody.
 */
export type EventAudience = PlatformPermission | 'anyMember' | 'itsUser' | 'nobody'

/** One event type: a fact that has happened, named `<noun>.<past verb>`. */
export type EventDefinition<Data extends z.ZodType = z.ZodType> = {
  /** Raised on every change of `data` that a listener could notice. */
  readonly version: number
  readonly description: string
  readonly data: Data
  /** Shown to, on streams; `nobody` for what is internal. */
  readonly visibleTo: EventAudience
  /** `internal` where it is between services: then it can be published as nothing else. */
  readonly class?: 'internal'
}

export function defineEvent<Data extends z.ZodType>(
  definition: EventDefinition<Data>,
): EventDefinition<Data> {
  return definition
}
