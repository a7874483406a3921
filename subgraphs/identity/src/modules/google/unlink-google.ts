import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import { publishEvent, recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { findPassword } from '../credentials/password.repository.ts'
import { googleUnlinkedLetter } from '../mails/linked-identity.letters.ts'
import { findPasskeys } from '../second-factors/second-factor.repository.ts'
import { endSessions } from '../sessions/end-session.ts'
import {
  type ReauthenticationRequiredError,
  requireRecentAuthentication,
} from '../sign-in/require-recent-authentication.ts'
import { lockCurrentUser, requireCaller } from '../users/current-user.ts'
import type { User } from '../users/user.entity.ts'
import { type LastSignInMethodError, lastSignInMethod } from './google.errors.ts'
import { findLinkedIdentitiesOf } from './linked-identity.repository.ts'

/**
 * Ends that a Google account may sign in to the caller's, unless nothing else could.
 * @throws AppError UNAUTHENTICATED, NOT_FOUND where the identity is not the caller's
 */
export async function unlinkGoogle(
  tx: IdentityContext,
  input: { linkedIdentityId: string },
): Promise<Result<User, ReauthenticationRequiredError | LastSignInMethodError>> {
  const { sessionId } = requireCaller(tx)
  const stale = requireRecentAuthentication(tx)
  if (stale) return refuse(stale)
  const user = await lockCurrentUser(tx)
  const identities = await findLinkedIdentitiesOf(tx, user.id)
  const identity = identities.find(({ id }) => id === input.linkedIdentityId)
  if (!identity) throw notFound('linked identity')
  if (identities.length === 1 && !(await hasOtherMethod(tx, user))) {
    return refuse(lastSignInMethod())
  }
  const { id, issuer } = identity
  tx.em.remove(identity)
  // Sessions that the Google account began would outlive its right to begin one.
  await endSessions(tx, { userId: user.id, reason: 'identity-unlinked', except: sessionId })
  await announce(tx, user, { id, issuer })
  return ok(user)
}

async function hasOtherMethod(tx: IdentityContext, user: User): Promise<boolean> {
  return (await findPassword(tx, user.id)) !== null || (await findPasskeys(tx, user.id)).length > 0
}

async function announce(
  tx: IdentityContext,
  user: User,
  { id, issuer }: { id: string; issuer: string },
): Promise<void> {
  if (user.email) {
    enqueueMail(tx, googleUnlinkedLetter({ to: user.email, consoleUrl: tx.config.consoleUrl }))
  }
  await publishEvent(tx, {
    type: 'user.identity_unlinked',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id, issuer },
  })
  await recordAudit(tx, {
    action: 'user.identity_unlinked',
    workspaceId: null,
    target: { type: 'linked_identity', id },
    details: { userId: user.id, issuer },
  })
}
