import type { IdentityContext } from '../../context.ts'
import {
  resumeSecondFactor,
  type SecondFactorChallenge,
} from '../sign-in/second-factor-challenge.ts'
import { forgottenSecondStepCookie, SECOND_STEP_COOKIE } from './google-cookies.ts'

/**
 * The second step that a sign-in by Google waits for in this browser, for the console to go on
 * with. The cookie has done its work then: scripts could not read it, now the page holds the token.
 * @returns null where none waits
 */
export async function resumeGoogleSignIn(
  ctx: IdentityContext,
): Promise<SecondFactorChallenge | null> {
  const token = ctx.cookies[SECOND_STEP_COOKIE]
  if (!token) return null
  ctx.setCookie(forgottenSecondStepCookie())
  return resumeSecondFactor(ctx, token)
}
