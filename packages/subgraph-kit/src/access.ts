import type { PlatformPermission, Principal } from '@logicspike/auth'
import { forbidden, unauthenticated } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'

/** The part of a context that says who asks, and where. */
export type Asking = {
  readonly actor: Principal | null
  readonly workspaceId: IdOf<'workspace'> | null
}

/** Whoever asks. @throws AppError UNAUTHENTICATED where nobody does */
export function requireActor({ actor }: Pick<Asking, 'actor'>): Principal {
  if (!actor) throw unauthenticated()
  return actor
}

/**
 * The door again, on our side of the gateway: the token must be for a workspace and carry the
 * permission. Changes decide once more on what the database says.
 * @throws AppError UNAUTHENTICATED without a token, FORBIDDEN without the permission
 */
export function requirePermission(ctx: Asking, permission: PlatformPermission): void {
  const actor = requireActor(ctx)
  if (ctx.workspaceId === null) throw forbidden('the token is for no workspace')
  if (!actor.permissions.has(permission)) throw forbidden(`the token lacks ${permission}`)
}

/** Whether the token carries the permission; for entities, which answer null instead of failing. */
export const hasPermission = (ctx: Asking, permission: PlatformPermission): boolean =>
  ctx.workspaceId !== null && (ctx.actor?.permissions.has(permission) ?? false)

/**
 * The person who asks; services and anonymous callers are refused.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN
 */
export function requireUser(
  ctx: Asking,
): Principal & { readonly kind: 'user'; readonly userId: IdOf<'user'> } {
  const actor = requireActor(ctx)
  if (actor.kind !== 'user' || actor.userId === null)
    throw forbidden('a service is nobody’s member')
  return { ...actor, kind: 'user', userId: actor.userId }
}

/**
 * The workspace the context is in.
 * @throws AppError FORBIDDEN for a context of no workspace, so that a forgotten check fails closed
 */
export function currentWorkspaceId(ctx: Asking): IdOf<'workspace'> {
  if (ctx.workspaceId === null) throw forbidden('this needs a workspace')
  return ctx.workspaceId
}

/** The tenancy filter of every query. Row-level security stands behind it, should it be forgotten. */
export const ofWorkspace = (ctx: Asking): { readonly tenantId: IdOf<'workspace'> } => ({
  tenantId: currentWorkspaceId(ctx),
})
