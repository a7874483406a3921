import type { Id } from '@logicspike/ids'
import { constantTimeEqual, SecretBoxError, sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import type { TripSecrets } from './google-client.ts'
import { TRIP_COOKIE, tripCookie } from './google-cookies.ts'
import { GoogleTransaction } from './google-transaction.entity.ts'

/** How long a browser may stay at Google. */
const TRIP_MS = 600_000

const COOKIE_CONTEXT = 'google-trip'

/** Who links a Google account to theirs. */
export type Linking = { readonly userId: Id<'usr'>; readonly sessionId: Id<'ses'> }

/** A browser on its way; `linking` is null for a sign-in. */
export type Trip = {
  readonly secrets: TripSecrets
  readonly returnTo: string
  readonly linking: Linking | null
}

type Writing = Pick<IdentityContext, 'em' | 'clock' | 'random' | 'secretBox' | 'setCookie'>

/**
 * Sends a browser on its way: what it may come back with is written down here, and which browser it
 * is goes into its cookie. One without the other is worth nothing, so neither somebody else's
 * address nor somebody else's cookie completes a trip.
 */
export function beginTrip(tx: Writing, { returnTo, linking }: Omit<Trip, 'secrets'>): TripSecrets {
  const secrets = { state: tx.random(), nonce: tx.random(), codeVerifier: tx.random(48) }
  const browser = tx.random()
  const stateHash = sha256(secrets.state)
  const now = tx.clock.now()
  tx.em.create(GoogleTransaction, {
    stateHash,
    browserHash: sha256(browser),
    sealedSecrets: tx.secretBox.seal(JSON.stringify(secrets), sealContext(stateHash)),
    returnTo,
    linkUserId: linking?.userId ?? null,
    linkSessionId: linking?.sessionId ?? null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + TRIP_MS),
  })
  const note = JSON.stringify([secrets.state, browser])
  tx.setCookie(tripCookie(tx.secretBox.seal(note, COOKIE_CONTEXT)))
  return secrets
}

type Reading = Pick<IdentityContext, 'em' | 'clock' | 'secretBox' | 'cookies'>

type Row = {
  sealed_secrets: string
  return_to: string
  link_user_id: Id<'usr'> | null
  link_session_id: Id<'ses'> | null
}

const TAKE = `delete from google_transactions
  where state_hash = ? and browser_hash = ? and expires_at > ?
  returning sealed_secrets, return_to, link_user_id, link_session_id`

/**
 * Takes the trip that a browser comes back from; it is gone afterwards, whatever becomes of it.
 * @returns null where this browser is on no such trip: it never left, came back before, took too
 *   long, or carries the state of another
 */
export async function takeTrip(tx: Reading, state: string | null): Promise<Trip | null> {
  const [expected, browser] = openCookie(tx)
  if (!state || !expected || !browser || !constantTimeEqual(state, expected)) return null
  const stateHash = sha256(state)
  const [row] = await tx.em.execute<Row[]>(TAKE, [stateHash, sha256(browser), tx.clock.now()])
  if (!row) return null
  const { sealed_secrets, return_to, link_user_id: userId, link_session_id: sessionId } = row
  const secrets = tx.secretBox.open(sealed_secrets, sealContext(stateHash))
  return {
    secrets: JSON.parse(secrets) as TripSecrets,
    returnTo: return_to,
    linking: userId && sessionId ? { userId, sessionId } : null,
  }
}

function openCookie(ctx: Pick<Reading, 'cookies' | 'secretBox'>): string[] {
  const sealed = ctx.cookies[TRIP_COOKIE]
  if (!sealed || sealed.length > 1000) return []
  try {
    return JSON.parse(ctx.secretBox.open(sealed, COOKIE_CONTEXT)) as string[]
  } catch (error) {
    if (error instanceof SecretBoxError) return []
    throw error
  }
}

const sealContext = (stateHash: string): string => `google-trip:${stateHash}`
