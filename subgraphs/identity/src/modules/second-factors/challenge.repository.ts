import { lockRow } from '@logicspike/database'
import type { Id } from '@logicspike/ids'
import { sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import type { Delivery } from '../sessions/session-rules.ts'
import { Challenge, type ChallengePurpose } from './challenge.entity.ts'

/** How long a question waits for its answer (ASVS 6.5.5: at most ten minutes). */
export const CHALLENGE_MS = 600_000

/** Wrong answers that a question takes; the limits of the account count across questions. */
export const CHALLENGE_TRIES = 5

type NewChallenge = {
  readonly purpose: ChallengePurpose
  /** Null where a passkey is to tell who it is. */
  readonly userId: Id<'usr'> | null
  /** Whether a passkey may answer. */
  readonly passkey: boolean
  readonly sessionId?: Id<'ses'>
  readonly client?: { readonly clientId: string; readonly delivery: Delivery }
  readonly amr?: readonly string[]
}

type Writing = Pick<IdentityContext, 'em' | 'clock' | 'random'>
type Reading = Pick<IdentityContext, 'em' | 'clock'>

/**
 * Asks a question. Only the hash of its token is kept.
 * @returns the token, of 256 bits, to be given to the client and nobody else
 */
export function openChallenge(
  tx: Writing,
  input: NewChallenge,
): { token: string; challenge: Challenge } {
  const token = tx.random()
  const now = tx.clock.now()
  const challenge = tx.em.create(Challenge, {
    tokenHash: hashOf(token),
    purpose: input.purpose,
    userId: input.userId,
    sessionId: input.sessionId ?? null,
    clientId: input.client?.clientId ?? null,
    delivery: input.client?.delivery ?? null,
    amr: [...(input.amr ?? [])],
    passkeyChallenge: input.passkey ? tx.random() : null,
    triesLeft: CHALLENGE_TRIES,
    createdAt: now,
    expiresAt: new Date(now.getTime() + CHALLENGE_MS),
  })
  return { token, challenge }
}

/** The question of a token; null where it is unknown, answered, too old or of another kind. */
export async function findChallenge(
  ctx: Reading,
  purpose: ChallengePurpose,
  token: string,
): Promise<Challenge | null> {
  return stillOpen(ctx, await ctx.em.findOne(Challenge, { tokenHash: hashOf(token), purpose }))
}

/**
 * Like `findChallenge`, and holds the question until the end of the transaction: of two answers at
 * once, the second finds what the first has left. Whoever locks the user as well does that before.
 */
export async function lockChallenge(
  tx: Reading,
  purpose: ChallengePurpose,
  token: string,
): Promise<Challenge | null> {
  return stillOpen(tx, await lockRow(tx.em, Challenge, { tokenHash: hashOf(token), purpose }))
}

/** Makes a question void, because it is answered or may not be answered again. */
export function closeChallenge(tx: Pick<IdentityContext, 'em'>, challenge: Challenge): void {
  tx.em.remove(challenge)
}

/**
 * Counts a wrong answer. A passkey has answered the only time it may; after the last try nothing
 * may answer any more.
 * @returns tries left
 */
export function countWrongAnswer(
  tx: Pick<IdentityContext, 'em'>,
  challenge: Challenge,
  byPasskey: boolean,
): number {
  challenge.triesLeft -= 1
  if (byPasskey) challenge.passkeyChallenge = null
  if (challenge.triesLeft <= 0) closeChallenge(tx, challenge)
  return challenge.triesLeft
}

/**
 * Makes the open questions of an account void. To be called where what they rest on is gone: the
 * password that took the first step, a factor, the account.
 * @param only questions for one purpose, of one session
 */
export async function forgetChallenges(
  tx: Pick<IdentityContext, 'em'>,
  userId: Id<'usr'>,
  only: { purpose?: ChallengePurpose; sessionId?: Id<'ses'> } = {},
): Promise<void> {
  await tx.em.nativeDelete(Challenge, { userId, ...only })
}

const stillOpen = ({ clock }: Reading, challenge: Challenge | null): Challenge | null =>
  challenge && challenge.expiresAt > clock.now() ? challenge : null

const hashOf = (token: string): string => sha256(`challenge:${token}`)
