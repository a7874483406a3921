import { ipPrefix } from '@logicspike/auth'
import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import {
  type ReauthenticationRequiredError,
  requireRecentAuthentication,
} from '../sign-in/require-recent-authentication.ts'
import { lockCurrentUser, requireCaller } from '../users/current-user.ts'
import {
  type GoogleAlreadyLinkedError,
  type GoogleUnavailableError,
  googleAlreadyLinked,
  googleUnavailable,
} from './google.errors.ts'
import { GoogleUnavailable } from './google-client.ts'
import { beginTrip } from './google-trip.ts'
import { findLinkedIdentitiesOf } from './linked-identity.repository.ts'
import { parseReturnTo } from './return-to.ts'

type Failure =
  | InvalidInputError
  | ReauthenticationRequiredError
  | GoogleAlreadyLinkedError
  | GoogleUnavailableError

/**
 * Begins to link a Google account to the caller's. The trip is tied to this session: what comes
 * back is linked to its account, whoever else is signed in by then, and to none once it has ended.
 * @returns where the browser has to go
 * @throws AppError UNAUTHENTICATED, RATE_LIMITED
 */
export async function linkGoogle(
  ctx: IdentityContext,
  input: { returnTo: string },
): Promise<Result<string, Failure>> {
  const linking = requireCaller(ctx)
  const stale = requireRecentAuthentication(ctx)
  if (stale) return refuse(stale)
  const { google } = ctx
  if (!google) return refuse(googleUnavailable())
  const returnTo = parseReturnTo(input.returnTo, ctx.config.consoleUrl)
  if (!returnTo) return refuse(invalidInput('This is no path of the console.', 'returnTo'))
  await ctx.limits.spend('googleByNetwork', ipPrefix(ctx.clientIp))
  const secrets = await inTransaction(ctx, async (tx) => {
    const user = await lockCurrentUser(tx)
    const identities = await findLinkedIdentitiesOf(tx, user.id)
    const taken = identities.some(({ issuer }) => issuer === google.issuer)
    return taken ? refuse(googleAlreadyLinked()) : ok(beginTrip(tx, { returnTo, linking }))
  })
  if (!secrets.ok) return secrets
  try {
    return ok(await google.authorizationUrl(secrets.value))
  } catch (error) {
    if (!(error instanceof GoogleUnavailable)) throw error
    ctx.log.warn({ err: error }, 'Google cannot be reached')
    return refuse(googleUnavailable())
  }
}
