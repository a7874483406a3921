import { ok, type Result, refuse } from '@logicspike/errors'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { googleLinkedLetter } from '../mails/linked-identity.letters.ts'
import { lockSession } from '../sessions/session.repository.ts'
import { isLive } from '../sessions/session-rules.ts'
import { isActive } from '../users/account-states.ts'
import { lockUser } from '../users/user.repository.ts'
import type { GoogleIdentity } from './google-client.ts'
import type { GoogleFailure } from './google-outcome.ts'
import type { Linking } from './google-trip.ts'
import { linkIdentity } from './link-identity.ts'
import { findLinkedIdentitiesOf, findLinkedIdentity } from './linked-identity.repository.ts'

/**
 * Links an identity to the account whose session set out to. Both sides must have verified their
 * addresses, which need not be the same: the owner of the session says that both are theirs.
 */
export async function completeLink(
  tx: IdentityContext,
  { userId, sessionId }: Linking,
  identity: GoogleIdentity,
): Promise<Result<null, GoogleFailure>> {
  const user = await lockUser(tx, userId)
  const session = await lockSession(tx, sessionId)
  if (!user || !isActive(user) || !session || !isLive(session, tx.clock.now())) {
    return refuse('google-session-ended')
  }
  if (!identity.emailVerified || !user.emailVerified) return refuse('google-email-unverified')
  const linked = await findLinkedIdentity(tx, identity)
  if (linked) return linked.userId === user.id ? ok(null) : refuse('google-linked-elsewhere')
  const others = await findLinkedIdentitiesOf(tx, user.id)
  if (others.some(({ issuer }) => issuer === identity.issuer)) {
    return refuse('google-already-linked')
  }
  await linkIdentity(tx, user, identity)
  if (user.email) {
    enqueueMail(tx, googleLinkedLetter({ to: user.email, consoleUrl: tx.config.consoleUrl }))
  }
  return ok(null)
}
