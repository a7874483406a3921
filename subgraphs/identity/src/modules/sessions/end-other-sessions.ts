import { ok, type Result } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { requireCaller } from '../users/current-user.ts'
import { endSessions } from './end-session.ts'

/** Ends all sessions of the caller but the one they call from, and tells how many (ASVS 7.4.3). */
export async function endOtherSessions(tx: IdentityContext): Promise<Result<number, never>> {
  const { userId, sessionId } = requireCaller(tx)
  return ok(await endSessions(tx, { userId, reason: 'ended-by-owner', except: sessionId }))
}
