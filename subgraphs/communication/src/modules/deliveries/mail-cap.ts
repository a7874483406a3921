import { advisoryLock } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import { MailTally } from './mail-tally.entity.ts'

/** Mails a person is sent at most, over all workspaces; what is more is gathered into one. */
export const MAIL_CAPS = { perHour: 20, perDay: 100 } as const

const HOUR_MS = 3_600_000

/**
 * Counts one mail to a person, unless that were too many.
 * @param isCapped false for mails about security, which are counted and never held back
 * @returns null where it may go out, else the first moment at which to ask again
 */
export async function countMail(
  tx: Pick<CommunicationContext, 'em' | 'clock'>,
  userId: IdOf<'user'>,
  isCapped: boolean,
): Promise<Date | null> {
  await advisoryLock(tx.em, 'communication.mail-tally', userId)
  const now = tx.clock.now().getTime()
  const hour = new Date(now - (now % HOUR_MS))
  const since = new Date(hour.getTime() - 23 * HOUR_MS)
  const tallies = await tx.em.find(MailTally, { userId, hour: { $gte: since } })
  const thisHour = tallies.find((tally) => tally.hour.getTime() === hour.getTime())?.sent ?? 0
  const today = tallies.reduce((sum, { sent }) => sum + sent, 0)
  if (isCapped && (thisHour >= MAIL_CAPS.perHour || today >= MAIL_CAPS.perDay)) {
    return new Date(hour.getTime() + HOUR_MS)
  }
  await tx.em.upsert(MailTally, { userId, hour, sent: thisHour + 1 })
  await tx.em.nativeDelete(MailTally, { userId, hour: { $lt: since } })
  return null
}
