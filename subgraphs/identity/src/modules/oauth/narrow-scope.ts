import { sortScopes } from '@logicspike/auth'
import { ok, type Result, refuse } from '@logicspike/errors'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'

/**
 * What a token shall permit: all that is granted, or the part that `scope` asks for. Asking for more
 * is refused, rather than answered with less (RFC 6749 §3.3 leaves the choice).
 * @param scope space-separated, in any order
 */
export function narrowScope(
  granted: readonly string[],
  scope: string | undefined,
): Result<string[], OauthRefusal> {
  if (scope === undefined) return ok(sortScopes(granted))
  const asked = scope.split(' ')
  if (!asked.every((permission) => granted.includes(permission))) {
    return refuse(oauthRefusal('invalid_scope', 'More is asked for than is granted.'))
  }
  return ok(sortScopes(asked))
}
