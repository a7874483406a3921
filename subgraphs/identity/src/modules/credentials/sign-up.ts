import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { publishEvent, recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { accountExistsLetter } from '../mails/account-exists.letter.ts'
import { verifyEmailLetter } from '../mails/verify-email.letter.ts'
import { isActive } from '../users/account-states.ts'
import { normalizeDisplayName } from '../users/display-name.ts'
import { type EmailAddress, normalizeEmail } from '../users/email-address.ts'
import { normalizeLocale } from '../users/locale.ts'
import { User } from '../users/user.entity.ts'
import { findUserByEmail, lockEmail, lockUser } from '../users/user.repository.ts'
import { type WeakPasswordError, weakPassword } from './credential.errors.ts'
import { issueEmailToken } from './email-token.repository.ts'
import { spendSignUp } from './mail-requests.ts'
import { setPassword } from './password.repository.ts'
import { findPasswordProblem } from './password-policy.ts'

type Input = {
  readonly email: string
  readonly password: string
  readonly displayName: string
  readonly locale?: string | null | undefined
}
type Application = {
  readonly email: EmailAddress
  readonly displayName: string
  readonly locale: string | null
}

/**
 * Signs up, or writes to the owner of an address that has an account. Both cost one hash, one token
 * and one mail, and answer the same.
 * @throws AppError RATE_LIMITED, or SERVICE_UNAVAILABLE where too many hashes wait
 */
export async function signUp(
  ctx: IdentityContext,
  input: Input,
): Promise<Result<EmailAddress, InvalidInputError | WeakPasswordError>> {
  const application = checkInput(input)
  if (!application.ok) return application
  await spendSignUp(ctx, application.value.email)
  const hash = await ctx.passwords.hash(input.password)
  return inTransaction(ctx, (tx) => apply(tx, application.value, hash))
}

function checkInput(input: Input): Result<Application, InvalidInputError | WeakPasswordError> {
  const email = normalizeEmail(input.email)
  const displayName = normalizeDisplayName(input.displayName)
  const locale = input.locale ? normalizeLocale(input.locale) : null
  const weakness = findPasswordProblem(input.password, {
    email: email ?? '',
    displayName: displayName ?? '',
  })
  const errors = [
    !email && invalidInput('This is no e-mail address.', 'email'),
    !displayName && invalidInput('Use 1–80 visible characters on one line.', 'displayName'),
    input.locale && !locale && invalidInput('This is no language tag of BCP 47.', 'locale'),
    weakness && weakPassword(weakness, 'password'),
  ].filter((error) => typeof error === 'object' && error !== null)
  return email && displayName && errors.length === 0
    ? ok({ email, displayName, locale })
    : refuse(...errors)
}

async function apply(
  tx: IdentityContext,
  application: Application,
  hash: string,
): Promise<Result<EmailAddress, never>> {
  const { email } = application
  await lockEmail(tx, email)
  const found = await findUserByEmail(tx, email)
  // Held, lest it be verified between our looking and our setting a password.
  const existing = found && (await lockUser(tx, found.id))
  if (existing && isTaken(existing)) await tellOwner(tx, existing, email)
  else await admit(tx, existing, application, hash)
  return ok(email)
}

const isTaken = (user: User): boolean => user.emailVerified || !isActive(user)

/** The address has an owner, who learns of the attempt; the token is a decoy, made for its time. */
async function tellOwner(tx: IdentityContext, owner: User, email: EmailAddress): Promise<void> {
  await issueEmailToken(tx, { purpose: 'verify-email', userId: null, email })
  enqueueMail(tx, accountExistsLetter({ to: email, consoleUrl: tx.config.consoleUrl }))
  await recordSignUp(tx, owner, 'refused')
}

async function admit(
  tx: IdentityContext,
  existing: User | null,
  application: Application,
  hash: string,
): Promise<void> {
  const { email } = application
  const user = await registerUser(tx, existing, application, hash)
  const token = await issueEmailToken(tx, { purpose: 'verify-email', userId: user.id, email })
  enqueueMail(tx, verifyEmailLetter({ to: email, token, consoleUrl: tx.config.consoleUrl }))
  await recordSignUp(tx, user, 'success')
}

async function recordSignUp(
  tx: IdentityContext,
  user: User,
  outcome: 'success' | 'refused',
): Promise<void> {
  await recordAudit(tx, {
    action: 'user.signed_up',
    outcome,
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
}

/**
 * Makes the account, or makes one anew that nobody has proved to be theirs. The latest sign-up
 * counts, with its own password and the only token that works: somebody who signs up an address in
 * advance and waits for its owner to confirm it gains nothing.
 */
async function registerUser(
  tx: IdentityContext,
  existing: User | null,
  application: Application,
  hash: string,
): Promise<User> {
  const user = existing ?? createUser(tx, application)
  user.displayName = application.displayName
  user.locale = application.locale
  await tx.em.flush()
  await setPassword(tx, user.id, hash)
  if (!existing) {
    await publishEvent(tx, {
      type: 'user.created',
      workspaceId: null,
      subject: user.id,
      data: { userId: user.id, method: 'password' },
    })
  }
  return user
}

function createUser(tx: IdentityContext, { email, displayName, locale }: Application): User {
  return tx.em.create(User, {
    id: tx.ids('user'),
    email,
    emailVerified: false,
    displayName,
    locale,
    status: 'active',
    closingTo: null,
    closingSince: null,
    createdAt: tx.clock.now(),
  })
}
