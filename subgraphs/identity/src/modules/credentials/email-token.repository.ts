import type { Id } from '@logicspike/ids'
import { sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import type { EmailAddress } from '../users/email-address.ts'
import { EmailToken, type EmailTokenPurpose } from './email-token.entity.ts'

const MINUTE_MS = 60_000

/** How long each kind of token works. */
export const EMAIL_TOKEN_TTL_MS: Readonly<Record<EmailTokenPurpose, number>> = {
  'verify-email': 24 * 60 * MINUTE_MS,
  'reset-password': 30 * MINUTE_MS,
  'change-email': 60 * MINUTE_MS,
}

type NewToken = {
  readonly purpose: EmailTokenPurpose
  /** Null makes a decoy: the same work, and a token that opens nothing. */
  readonly userId: Id<'usr'> | null
  readonly email: EmailAddress
}

type Writing = Pick<IdentityContext, 'em' | 'clock' | 'random'>

/**
 * Makes a token of 256 bits and forgets earlier ones for the same purpose. Only its hash is kept.
 * @returns the token, to be put into a mail and nowhere else
 */
export async function issueEmailToken(tx: Writing, input: NewToken): Promise<string> {
  const token = tx.random()
  const now = tx.clock.now()
  await tx.em.nativeDelete(EmailToken, earlier(input))
  tx.em.create(EmailToken, {
    ...input,
    tokenHash: hashOf(token),
    createdAt: now,
    expiresAt: new Date(now.getTime() + EMAIL_TOKEN_TTL_MS[input.purpose]),
  })
  return token
}

function earlier({ purpose, userId, email }: NewToken) {
  return userId ? { purpose, userId } : { purpose, userId, email }
}

type Reading = Pick<IdentityContext, 'em' | 'clock'>

/** Whom a token that still works is for, without using it up; null where it does not. */
export async function findEmailToken(
  ctx: Reading,
  purpose: EmailTokenPurpose,
  token: string,
): Promise<EmailToken | null> {
  const found = await ctx.em.findOne(EmailToken, { tokenHash: hashOf(token), purpose })
  return found && found.expiresAt > ctx.clock.now() ? found : null
}

export type ConsumedToken = { readonly userId: Id<'usr'>; readonly email: EmailAddress }

const CONSUME = `delete from email_tokens
  where token_hash = ? and purpose = ? and expires_at > ? and user_id is not null
  returning user_id, email`

/**
 * Uses up a token in one statement, so that of two uses at once only one finds it.
 * @returns null where it does not exist, has expired, is of another kind, or was used or replaced
 */
export async function consumeEmailToken(
  tx: Reading,
  purpose: EmailTokenPurpose,
  token: string,
): Promise<ConsumedToken | null> {
  const rows = await tx.em.execute<{ user_id: Id<'usr'>; email: EmailAddress }[]>(CONSUME, [
    hashOf(token),
    purpose,
    tx.clock.now(),
  ])
  const row = rows[0]
  return row ? { userId: row.user_id, email: row.email } : null
}

/** Makes every mailed token of a user void: what they were sent for is no longer so. */
export async function forgetEmailTokens(
  tx: Pick<IdentityContext, 'em'>,
  userId: Id<'usr'>,
): Promise<void> {
  await tx.em.nativeDelete(EmailToken, { userId })
}

const hashOf = (token: string): string => sha256(`email-token:${token}`)
