import type { Result } from '@logicspike/errors'

/** The result of a mutation's payload: null where the use case refused. */
export const resultOf = <Value>(result: Result<Value, unknown>): Value | null =>
  result.ok ? result.value : null

/** The `userErrors` of a mutation's payload: empty where the use case succeeded. */
export const errorsOf = <Failure>(result: Result<unknown, Failure>): Failure[] =>
  result.ok ? [] : [...result.errors]
