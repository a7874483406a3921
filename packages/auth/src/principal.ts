import type { Id } from '@logicspike/ids'
import type { AccessTokenClaims } from './access-token.ts'
import { parseScope } from './permissions/scopes.ts'

/**
 * Who is calling, as a verified access token says. Nothing in here comes from a header or an
 * argument, and nothing in the platform decides on anything else.
 */
export type Principal = {
  readonly kind: 'user' | 'service'
  /** Null for kind 'service'. */
  readonly userId: Id<'usr'> | null
  readonly clientId: string
  readonly sessionId: Id<'ses'> | null
  /** The token's `tid`; null for a workspace-neutral token. */
  readonly workspaceId: Id<'wks'> | null
  readonly permissions: ReadonlySet<string>
  readonly services: readonly string[]
  /** RFC 8176 values: pwd otp hwk mfa; `fed` (ours) for sign-in by another provider. */
  readonly amr: readonly string[]
  /** When the person last proved who they are, in epoch seconds. */
  readonly authTime: number
  /** `act.sub` when somebody acts in this user's name. */
  readonly actor: string | null
  /** Epoch seconds. */
  readonly expiresAt: number
  /** The token's `jti`. */
  readonly tokenId: string
}

/**
 * Turns checked claims into the caller. Frozen, because one object serves every request that
 * presents the same token. A service never signed in: its authTime is its `iat`.
 */
export function principalOf(claims: AccessTokenClaims): Principal {
  const forUser = claims.sid !== undefined
  return Object.freeze({
    kind: forUser ? 'user' : 'service',
    userId: forUser ? claims.sub : null,
    clientId: claims.client_id,
    sessionId: forUser ? claims.sid : null,
    workspaceId: claims.tid ?? null,
    permissions: parseScope(claims.scope) ?? new Set(),
    services: Object.freeze([...claims.services]),
    amr: Object.freeze([...(claims.amr ?? [])]),
    authTime: claims.auth_time ?? claims.iat,
    actor: claims.act?.sub ?? null,
    expiresAt: claims.exp,
    tokenId: claims.jti,
  })
}
