import { createHash } from 'node:crypto'
import { AppError } from '@logicspike/errors'
import type { LoggedEvent } from '@logicspike/events'

/** Which events a listener wants. */
export type EventFilter = {
  /** Null wants every type. */
  readonly types: ReadonlySet<string> | null
  /** The same for the same types in whatever order: what a cursor is bound to. */
  readonly digest: string
}

const MAX_TYPES = 50
const TYPE_MAX_LENGTH = 200

/**
 * @param types exact names; null and undefined want all
 * @throws AppError BAD_USER_INPUT for none, for more than 50, or for a name longer than 200
 */
export function parseEventFilter(types: readonly string[] | null | undefined): EventFilter {
  if (types === null || types === undefined) return { types: null, digest: 'all' }
  if (types.length < 1 || types.length > MAX_TYPES) {
    throw new AppError('BAD_USER_INPUT', `"types" names from 1 to ${MAX_TYPES} types.`)
  }
  if (types.some((type) => type.length > TYPE_MAX_LENGTH)) {
    throw new AppError('BAD_USER_INPUT', 'A name in "types" is too long.')
  }
  const sorted = [...new Set(types)].sort()
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')
  return { types: new Set(sorted), digest }
}

export const isWanted = ({ types }: EventFilter, { type }: Pick<LoggedEvent, 'type'>): boolean =>
  types === null || types.has(type)
