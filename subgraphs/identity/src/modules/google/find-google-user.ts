import { ok, type Result, refuse } from '@logicspike/errors'
import { publishEvent } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { googleLinkedLetter } from '../mails/linked-identity.letters.ts'
import { isActive } from '../users/account-states.ts'
import { normalizeDisplayName } from '../users/display-name.ts'
import { type EmailAddress, normalizeEmail } from '../users/email-address.ts'
import { User } from '../users/user.entity.ts'
import { findUserByEmail, lockEmail, lockUser } from '../users/user.repository.ts'
import { claimAccount } from './claim-account.ts'
import type { GoogleIdentity } from './google-client.ts'
import type { GoogleFailure } from './google-outcome.ts'
import { linkIdentity } from './link-identity.ts'
import { findLinkedIdentitiesOf, findLinkedIdentity } from './linked-identity.repository.ts'

/**
 * The account that an identity signs in to, made or linked where the rules allow it:
 *
 * 1. One that it is linked to, whatever addresses say today: the key is (iss, sub).
 * 2. Else only by an address that the provider vouches for. No account has it: a new one.
 * 3. An account that its owner verified: linked, as both sides know the address to be theirs.
 *    Not if the account has another identity of that provider: two people would share it.
 * 4. An account that nobody verified: claimed, see claimAccount.
 */
export async function findGoogleUser(
  tx: IdentityContext,
  identity: GoogleIdentity,
): Promise<Result<User, GoogleFailure>> {
  const email = identity.email ? normalizeEmail(identity.email) : null
  if (email) await lockEmail(tx, email)
  const linked = await findLinkedIdentity(tx, identity)
  if (linked) {
    linked.lastUsedAt = tx.clock.now()
    const user = await lockUser(tx, linked.userId)
    return user ? ok(user) : refuse('google-conflict')
  }
  if (!email || !identity.emailVerified) return refuse('google-email-unverified')
  const found = await findUserByEmail(tx, email)
  const user = found && (await lockUser(tx, found.id))
  return user ? adopt(tx, user, identity) : ok(await createUser(tx, identity, email))
}

async function adopt(
  tx: IdentityContext,
  user: User,
  identity: GoogleIdentity,
): Promise<Result<User, GoogleFailure>> {
  if (!isActive(user)) return refuse('account-deactivated')
  if (!user.emailVerified) {
    await claimAccount(tx, user, nameOf(identity))
    await linkIdentity(tx, user, identity)
    return ok(user)
  }
  const others = await findLinkedIdentitiesOf(tx, user.id)
  if (others.some(({ issuer }) => issuer === identity.issuer)) return refuse('google-conflict')
  await linkIdentity(tx, user, identity)
  if (user.email) {
    enqueueMail(tx, googleLinkedLetter({ to: user.email, consoleUrl: tx.config.consoleUrl }))
  }
  return ok(user)
}

async function createUser(
  tx: IdentityContext,
  identity: GoogleIdentity,
  email: EmailAddress,
): Promise<User> {
  const user = tx.em.create(User, {
    id: tx.ids('user'),
    email,
    emailVerified: true,
    displayName: nameOf(identity) ?? email.slice(0, email.lastIndexOf('@')),
    locale: null,
    status: 'active',
    closingTo: null,
    closingSince: null,
    createdAt: tx.clock.now(),
  })
  await tx.em.flush()
  await publishEvent(tx, {
    type: 'user.created',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id, method: 'google' },
  })
  await linkIdentity(tx, user, identity)
  return user
}

const nameOf = ({ name }: GoogleIdentity): string | null => name && normalizeDisplayName(name)
