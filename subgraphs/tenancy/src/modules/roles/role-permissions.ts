import { listPermissions, type Permission, sortScopes } from '@logicspike/auth'
import { ok, type Result, refuse } from '@logicspike/errors'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { Standing } from '../permissions/standing.ts'
import { type PermissionsNotHeldError, permissionsNotHeld } from './role.errors.ts'

/**
 * The permissions of a role as its author asks for them, sorted, each once. Only strings that exist
 * and that a role can have; only what the author may do.
 * @param registered permissions of services that are not the platform's own
 * @param path where the input lists them
 */
export function parseRolePermissions(
  asked: readonly string[],
  author: Standing,
  registered: readonly Permission[],
  ...path: string[]
): Result<string[], InvalidInputError | PermissionsNotHeldError> {
  const known = new Set(
    [...listPermissions(), ...registered]
      .filter(({ servicesOnly }) => !servicesOnly)
      .map(({ name }) => name),
  )
  const unknown = asked.find((name) => !known.has(name))
  if (unknown !== undefined) {
    return refuse(invalidInput(`There is no permission "${shown(unknown)}".`, ...path))
  }
  const permissions = sortScopes(asked)
  const notHeld = permissions.filter((name) => !author.permissions.has(name))
  return notHeld.length > 0 ? refuse(permissionsNotHeld(notHeld, ...path)) : ok(permissions)
}

/** What people typed, short enough to be shown back to them. */
const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
