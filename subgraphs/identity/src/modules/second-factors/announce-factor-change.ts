import { type EventData, publishEvent, recordAudit } from '@logicspike/events'
import { enqueueMail, type MailMessage } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import {
  type FactorName,
  recoveryCodesReplacedLetter,
  secondFactorAddedLetter,
  secondFactorRemovedLetter,
} from '../mails/second-factor.letters.ts'
import type { User } from '../users/user.entity.ts'

type Factor = EventData<'user.second_factor_added'>['factor']
type Change = 'user.second_factor_added' | 'user.second_factor_removed'

/** What listeners call a factor, and what letters do. */
const names = { totp: 'an authenticator app', passkey: 'a passkey' } as const satisfies Partial<
  Record<Factor, FactorName>
>

/** Tells of a new factor: an event, an audit record, a mail to the owner (ASVS 6.3.7). */
export async function announceFactorAdded(
  tx: IdentityContext,
  user: User,
  factor: keyof typeof names,
): Promise<void> {
  await record(tx, user, 'user.second_factor_added', factor)
  write(tx, user, (facts) => secondFactorAddedLetter({ ...facts, factor: names[factor] }))
}

/** Tells of a factor that is gone. */
export async function announceFactorRemoved(
  tx: IdentityContext,
  user: User,
  factor: keyof typeof names,
): Promise<void> {
  await record(tx, user, 'user.second_factor_removed', factor)
  write(tx, user, (facts) => secondFactorRemovedLetter({ ...facts, factor: names[factor] }))
}

/** Tells that recovery codes were replaced at their owner's wish. */
export async function announceRecoveryCodesReplaced(
  tx: IdentityContext,
  user: User,
): Promise<void> {
  await record(tx, user, 'user.second_factor_added', 'recovery-codes')
  write(tx, user, recoveryCodesReplacedLetter)
}

async function record(
  tx: IdentityContext,
  user: User,
  type: Change,
  factor: Factor,
): Promise<void> {
  const data = { userId: user.id, factor }
  await publishEvent(tx, { type, workspaceId: null, subject: user.id, data })
  await recordAudit(tx, {
    action: type,
    workspaceId: null,
    target: { type: 'user', id: user.id },
    details: { factor },
  })
}

function write(
  tx: IdentityContext,
  { email }: User,
  letter: (facts: { to: string; consoleUrl: string }) => MailMessage,
): void {
  if (email) enqueueMail(tx, letter({ to: email, consoleUrl: tx.config.consoleUrl }))
}
