import type { TestSession } from './a-session.ts'
import type { IdentityTestApp } from './identity-test-app.ts'
import { refresh } from './session-operations.ts'

/** The session an hour later: its tokens are new, the proof of who uses it is not. */
export async function anHourLater<P extends Pick<TestSession, 'refreshToken'>>(
  app: IdentityTestApp,
  person: P,
): Promise<P & { readonly accessToken: string; readonly refreshToken: string }> {
  app.clock.advance(3600)
  const { data } = await refresh(app, person.refreshToken)
  return { ...person, ...data.refreshSession.tokens }
}
