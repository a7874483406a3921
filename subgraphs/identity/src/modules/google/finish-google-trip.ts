import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { AuthorizationResponseError } from 'openid-client'
import type { IdentityContext } from '../../context.ts'
import { completeLink } from './complete-link.ts'
import {
  type GoogleClient,
  type GoogleIdentity,
  GoogleRefused,
  GoogleUnavailable,
} from './google-client.ts'
import { forgottenTripCookie, secondStepCookie } from './google-cookies.ts'
import type { GoogleFailure } from './google-outcome.ts'
import { type Trip, takeTrip } from './google-trip.ts'
import { signInWithGoogle } from './sign-in-with-google.ts'

/** Where the browser goes on at the console. */
export type Arrival = {
  readonly returnTo: string
  /** Whether the console has to ask for the second step first. */
  readonly secondStep: boolean
}

/**
 * Receives a browser that comes back from Google. Its trip is over first, then Google is asked, and
 * last, in one transaction, somebody is signed in or an identity is linked. Tokens go into cookies:
 * addresses are logged, kept in histories and sent along as referrers.
 * @param query of the callback, with its question mark
 */
export async function finishGoogleTrip(
  ctx: IdentityContext,
  query: string,
): Promise<Result<Arrival, GoogleFailure>> {
  const { google } = ctx
  if (!google) return refuse('google-unavailable')
  const states = new URLSearchParams(query).getAll('state')
  const state = states.length === 1 ? (states[0] ?? null) : null
  const taken = await inTransaction(ctx, async (tx) => ok(await takeTrip(tx, state)))
  ctx.setCookie(forgottenTripCookie())
  const trip = taken.ok ? taken.value : null
  if (!trip) return refuse('google-expired')
  const identity = await redeem(ctx, google, query, trip)
  return identity.ok ? arrive(ctx, trip, identity.value) : identity
}

async function redeem(
  ctx: IdentityContext,
  google: GoogleClient,
  query: string,
  trip: Trip,
): Promise<Result<GoogleIdentity, GoogleFailure>> {
  try {
    return ok(await google.redeem(query, trip.secrets))
  } catch (error) {
    if (!(error instanceof GoogleRefused || error instanceof GoogleUnavailable)) throw error
    ctx.log.warn({ err: error }, 'a trip to Google failed')
    if (error instanceof GoogleUnavailable) return refuse('google-unavailable')
    return refuse(wasCancelled(error) ? 'google-cancelled' : 'google-refused')
  }
}

const wasCancelled = ({ cause }: GoogleRefused): boolean =>
  cause instanceof AuthorizationResponseError && cause.error === 'access_denied'

async function arrive(
  ctx: IdentityContext,
  { returnTo, linking }: Trip,
  identity: GoogleIdentity,
): Promise<Result<Arrival, GoogleFailure>> {
  if (linking) {
    const linked = await inTransaction(ctx, (tx) => completeLink(tx, linking, identity))
    return linked.ok ? ok({ returnTo, secondStep: false }) : linked
  }
  const signedIn = await inTransaction(ctx, (tx) => signInWithGoogle(tx, identity))
  if (!signedIn.ok) return signedIn
  if (signedIn.value.kind === 'session') return ok({ returnTo, secondStep: false })
  ctx.setCookie(secondStepCookie(signedIn.value.challenge.token))
  return ok({ returnTo, secondStep: true })
}
