import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { finishSignIn, type SignInProgress } from '../sign-in/finish-sign-in.ts'
import { findGoogleUser } from './find-google-user.ts'
import type { GoogleIdentity } from './google-client.ts'
import type { GoogleFailure } from './google-outcome.ts'

/**
 * Signs in whom Google vouches for. Google's word is one factor: an account with a second one of
 * its own is asked for that too.
 */
export async function signInWithGoogle(
  tx: IdentityContext,
  identity: GoogleIdentity,
): Promise<Result<SignInProgress, GoogleFailure>> {
  const user = await findGoogleUser(tx, identity)
  if (!user.ok) return user
  // The sign-in reads the account anew.
  await tx.em.flush()
  const progress = await finishSignIn(tx, { user: user.value, amr: ['fed'], delivery: 'COOKIE' })
  if (progress.ok) return ok(progress.value)
  const unverified = progress.errors.some((it) => it.__typename === 'EmailNotVerifiedError')
  return refuse.keeping(unverified ? 'google-email-unverified' : 'account-deactivated')
}
