import type { IdentityContext } from '../../context.ts'
import { requireCaller } from '../users/current-user.ts'

export type ReauthenticationRequiredError = {
  readonly __typename: 'ReauthenticationRequiredError'
  readonly message: string
  readonly path: null
  readonly maxAgeSeconds: number
}

/** How old the last proof may be where a change could lock the owner out (ASVS 7.5.1). */
export const RECENT_SECONDS = 600

/**
 * Asks whether the caller proved a moment ago who they are, by signing in or stepping up. It is the
 * token that must say so, not the session: a token from before the step-up may be a copied one.
 * @returns null where they did
 * @throws AppError UNAUTHENTICATED where no person is signed in
 */
export function requireRecentAuthentication(
  ctx: Pick<IdentityContext, 'actor' | 'clock'>,
  maxAgeSeconds = RECENT_SECONDS,
): ReauthenticationRequiredError | null {
  requireCaller(ctx)
  const provedAt = (ctx.actor?.authTime ?? 0) * 1000
  if (ctx.clock.now().getTime() - provedAt <= maxAgeSeconds * 1000) return null
  return {
    __typename: 'ReauthenticationRequiredError',
    message: 'Confirm that it is you, then try again.',
    path: null,
    maxAgeSeconds,
  }
}
