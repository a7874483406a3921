import { ipPrefix } from '@logicspike/auth'
import { sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import type { EmailAddress } from '../users/email-address.ts'
import type { EmailTokenPurpose } from './email-token.entity.ts'

/**
 * Counts a request for a mail to an address, by somebody who need not be its owner.
 * @returns whether the mail may be sent. Where not, the answer must be the same: the limit is the
 *   address's, and the mails that used it up hold a token that still works
 * @throws AppError RATE_LIMITED where this network asks too often
 */
export async function spendMailRequest(
  ctx: Pick<IdentityContext, 'limits' | 'clientIp'>,
  purpose: EmailTokenPurpose,
  email: EmailAddress,
): Promise<boolean> {
  const network = ipPrefix(ctx.clientIp)
  const mailbox = mailboxKey(purpose, email)
  await ctx.limits.spend('anonymousByNetwork', network)
  await ctx.limits.spend('mailByAddressAndNetwork', `${mailbox}:${network}`)
  return ctx.limits.allows('mailByAddress', mailbox)
}

/**
 * Counts a sign-up. Unlike above the limit of the address shows, and alike for all addresses: the
 * mails that used it up belong to other sign-ups, so none of them would help this one on.
 * @throws AppError RATE_LIMITED
 */
export async function spendSignUp(
  ctx: Pick<IdentityContext, 'limits' | 'clientIp'>,
  email: EmailAddress,
): Promise<void> {
  const network = ipPrefix(ctx.clientIp)
  const mailbox = mailboxKey('verify-email', email)
  await ctx.limits.spend('anonymousByNetwork', network)
  await ctx.limits.spend('mailByAddressAndNetwork', `${mailbox}:${network}`)
  await ctx.limits.spend('mailByAddress', mailbox)
}

const mailboxKey = (purpose: EmailTokenPurpose, email: EmailAddress): string =>
  `${purpose}:${sha256(email)}`

/** @throws AppError RATE_LIMITED where this network tries tokens too often */
export async function spendTokenTry(
  ctx: Pick<IdentityContext, 'limits' | 'clientIp'>,
): Promise<void> {
  await ctx.limits.spend('anonymousByNetwork', ipPrefix(ctx.clientIp))
}
