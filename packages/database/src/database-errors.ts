import { UniqueConstraintViolationException } from '@mikro-orm/core'

/** serialization_failure and deadlock_detected: the same work may succeed when run again. */
const transientStates = new Set(['40001', '40P01'])

/** Whether the database gave up on this transaction in favour of another. */
export const isTransient = (error: unknown): boolean => transientStates.has(fieldOf(error, 'code'))

/** admin_shutdown, crash_shutdown, cannot_connect_now; classes 08 and network errors besides. */
const goneStates = new Set(['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])
const goneMessage = /Connection terminated|connection error and is not queryable|trying to connect/

/**
 * Whether the connection was lost, or none was to be had: which says nothing about the work, and
 * nothing of the transaction is there.
 */
export function isConnectionLost(error: unknown): boolean {
  const code = fieldOf(error, 'code')
  if (goneStates.has(code) || code.startsWith('08')) return true
  return error instanceof Error && goneMessage.test(error.message)
}

/**
 * Whether `error` says that a row of this unique key exists already. Repositories turn it into a
 * domain error where the constraint is known.
 * @param constraint the name in the database, such as `workspaces_slug_unique`
 */
export const isUniqueViolation = (error: unknown, constraint: string): boolean =>
  error instanceof UniqueConstraintViolationException && fieldOf(error, 'constraint') === constraint

/** Whether `error` says that a row refers, by this foreign key, to one that does not exist. */
export const isForeignKeyViolation = (error: unknown, constraint: string): boolean =>
  fieldOf(error, 'code') === '23503' && fieldOf(error, 'constraint') === constraint

function fieldOf(error: unknown, field: 'code' | 'constraint'): string {
  if (typeof error !== 'object' || error === null || !(field in error)) return ''
  return String(Reflect.get(error, field))
}
