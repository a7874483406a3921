import { type IdOf, parseId } from '@logicspike/ids'
import { randomToken, sha256 } from '@logicspike/secrets'

/**
 * `<workspace id>.<43 characters of base64url>`. Whoever comes with it has no token of the workspace
 * yet, so it says itself in which one to look; that alone opens nothing, for its hash must be there.
 */
const SECRET_PATTERN = /^[A-Za-z0-9_-]{43}$/

export type PresentedToken = { readonly workspaceId: IdOf<'workspace'>; readonly hash: string }

/** A token to be mailed, and what is kept of it. */
export function newInvitationToken(workspaceId: IdOf<'workspace'>): {
  readonly token: string
  readonly hash: string
} {
  const token = `${workspaceId}.${randomToken()}`
  return { token, hash: sha256(token) }
}

/** What a token points to; null where the text is none. Blanks around it come from copying. */
export function parseInvitationToken(text: string): PresentedToken | null {
  const token = text.trim()
  const [id, secret, ...rest] = token.split('.')
  const workspaceId = parseId('workspace', id)
  if (!workspaceId || rest.length > 0 || !SECRET_PATTERN.test(secret ?? '')) return null
  return { workspaceId, hash: sha256(token) }
}
