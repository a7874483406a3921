import { ok, type Result, refuse } from '@logicspike/errors'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { normalizeDisplayName } from '../users/display-name.ts'

const MAX_LENGTH = 60

/** A name for a passkey as it is stored: one line, nothing that hides in it, 1–60 code points. */
export function readPasskeyName(text: string): Result<string, InvalidInputError> {
  const name = normalizeDisplayName(text)
  if (name !== null && [...name].length <= MAX_LENGTH) return ok(name)
  return refuse(invalidInput(`Use 1–${MAX_LENGTH} characters on one line.`, 'name'))
}
