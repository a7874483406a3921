import type { EmailAddress } from '@logicspike/mail'
import { sha256 } from '@logicspike/secrets'
import type { CommunicationContext } from '../../context.ts'
import { MailSuppression } from './mail-suppression.entity.ts'

type Writing = Pick<CommunicationContext, 'em' | 'clock'>

const hashOf = (address: EmailAddress): string => sha256(`mail-suppression:${address}`)

/** Whether a server has refused the address for good. */
export async function isSuppressed(ctx: Writing, address: EmailAddress): Promise<boolean> {
  return (await ctx.em.count(MailSuppression, { addressHash: hashOf(address) })) > 0
}

/** Notes that the address takes no mail. Noting it twice changes nothing but the code. */
export async function suppressAddress(
  ctx: Writing,
  address: EmailAddress,
  replyCode: number,
): Promise<void> {
  await ctx.em.execute(
    `insert into mail_suppressions (address_hash, reply_code, suppressed_at) values (?, ?, ?)
     on conflict (address_hash) do update set reply_code = excluded.reply_code`,
    [hashOf(address), replyCode, ctx.clock.now()],
    'run',
  )
}

/** Forgets it: the address took a mail after all. */
export async function liftSuppression(ctx: Writing, address: EmailAddress): Promise<void> {
  await ctx.em.nativeDelete(MailSuppression, { addressHash: hashOf(address) })
}
