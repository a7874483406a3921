import { UniqueConstraintViolationException } from '@mikro-orm/core'

/** serialization_failure and deadlock_detected: the same work may succeed when run again. */
const transientStates = new Set(['40001', '40P01'])

/** Whether the database gave up on this transaction in favour of another. */
export const isTransient = (error: unknown): boolean => transientStates.has(fieldOf(error, 'code'))

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
