import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { publishEvent, recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import type { InvalidInputError } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import {
  type InvalidCredentialsError,
  invalidCredentials,
} from '../credentials/credential.errors.ts'
import {
  acceptPasswordProof,
  type PasswordAttempt,
  type PasswordProof,
  provePassword,
} from '../credentials/prove-password.ts'
import { accountReactivatedLetter } from '../mails/account-closed.letters.ts'
import { assertTransition } from './account-states.ts'
import type { EmailAddress } from './email-address.ts'
import type { User } from './user.entity.ts'

/**
 * Wakes a deactivated account for whoever knows its password; signing in, with a second factor if
 * there is one, comes after. Who has no password gets one by resetting it. Waking one that is
 * awake changes nothing.
 * @throws AppError RATE_LIMITED, or SERVICE_UNAVAILABLE where too many hashes wait
 */
export async function reactivateAccount(
  ctx: IdentityContext,
  input: PasswordAttempt,
): Promise<Result<EmailAddress, InvalidInputError | InvalidCredentialsError>> {
  const proof = await provePassword(ctx, input)
  return proof.ok ? inTransaction(ctx, (tx) => wake(tx, proof.value)) : proof
}

async function wake(
  tx: IdentityContext,
  proof: PasswordProof,
): Promise<Result<EmailAddress, InvalidCredentialsError>> {
  const user = await acceptPasswordProof(tx, proof)
  if (!user?.email || user.status === 'closing') return refuse(invalidCredentials())
  if (user.status === 'deactivated') await reactivate(tx, user, user.email)
  return ok(user.email)
}

async function reactivate(tx: IdentityContext, user: User, email: EmailAddress): Promise<void> {
  assertTransition(user.status, 'active')
  user.status = 'active'
  enqueueMail(tx, accountReactivatedLetter({ to: email, consoleUrl: tx.config.consoleUrl }))
  await publishEvent(tx, {
    type: 'user.reactivated',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id },
  })
  await recordAudit(tx, {
    action: 'user.reactivated',
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
}
