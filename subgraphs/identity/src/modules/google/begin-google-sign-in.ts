import { ipPrefix } from '@logicspike/auth'
import { inTransaction } from '@logicspike/database'
import { AppError, ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { GoogleUnavailable, type TripSecrets } from './google-client.ts'
import type { GoogleFailure } from './google-outcome.ts'
import { beginTrip } from './google-trip.ts'
import { parseReturnTo } from './return-to.ts'

/**
 * Sends a browser to Google to sign in.
 * @returns where the browser has to go
 */
export async function beginGoogleSignIn(
  ctx: IdentityContext,
  input: { returnTo: string },
): Promise<Result<string, GoogleFailure>> {
  const { google } = ctx
  if (!google) return refuse('google-unavailable')
  const returnTo = parseReturnTo(input.returnTo, ctx.config.consoleUrl)
  if (!returnTo) return refuse('invalid-return-to')
  try {
    await ctx.limits.spend('googleByNetwork', ipPrefix(ctx.clientIp))
    const secrets = await inTransaction(
      ctx,
      async (tx): Promise<Result<TripSecrets, never>> =>
        ok(beginTrip(tx, { returnTo, linking: null })),
    )
    return secrets.ok ? ok(await google.authorizationUrl(secrets.value)) : secrets
  } catch (error) {
    return refuse(failureOf(ctx, error))
  }
}

function failureOf(ctx: IdentityContext, error: unknown): GoogleFailure {
  if (error instanceof AppError && error.code === 'RATE_LIMITED') return 'too-many-tries'
  if (!(error instanceof GoogleUnavailable)) throw error
  ctx.log.warn({ err: error }, 'Google cannot be reached')
  return 'google-unavailable'
}
