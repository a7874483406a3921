import type { DirectiveNode } from 'graphql'
import { readStringArgument } from './directive-readers.ts'

/**
 * The day after which a deprecated element may be removed, from the text of its reason:
 * `Use x. Removed after 2027-04-01.` Null when the reason names no valid day.
 */
export function readRemovalDate(deprecated: DirectiveNode): Date | null {
  const reason = readStringArgument(deprecated, 'reason') ?? ''
  const day = /\b\d{4}-\d{2}-\d{2}\b/.exec(reason)?.[0]
  if (day === undefined) return null
  const date = new Date(`${day}T00:00:00Z`)
  // `Date` turns 30 February into 2 March; a day that doesn't exist is a mistake.
  return date.toISOString().startsWith(day) ? date : null
}
