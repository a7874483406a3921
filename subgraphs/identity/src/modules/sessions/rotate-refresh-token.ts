import { ipPrefix } from '@logicspike/auth'
import { ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import { sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import { revoke } from './end-session.ts'
import { storeRefreshToken } from './issue-refresh-token.ts'
import { notifyOfReuse } from './notify-of-reuse.ts'
import { isOfFamily, type PresentedRefreshToken } from './presented-refresh-token.ts'
import { RefreshToken } from './refresh-token.entity.ts'
import { newRefreshToken, type ParsedRefreshToken, parseRefreshToken } from './refresh-token.ts'
import type { Session } from './session.entity.ts'
import { type SessionEndedError, sessionEnded } from './session.errors.ts'
import { lockSession } from './session.repository.ts'
import { idleEnd, isLive } from './session-rules.ts'

/** For so long a client that asks again gets the successor again (RFC 9700 §4.14.2 permits it). */
const REPLAY_WINDOW_MS = 10_000

export type Rotated = { readonly session: Session; readonly refreshToken: string }

/**
 * Exchanges a refresh token for its successor. Of many requests with one token exactly one makes
 * the successor; the others, from the same client and within ten seconds, get the same. A token
 * used before by anybody else, or longer ago, was copied: then the session ends, its owner is told,
 * and the refusal keeps what was written.
 */
export async function rotateRefreshToken(
  tx: IdentityContext,
  presented: PresentedRefreshToken,
): Promise<Result<Rotated, SessionEndedError>> {
  const refused = refuse(sessionEnded(presented.path))
  const parsed = parseRefreshToken(presented.token)
  const session = parsed && (await lockSession(tx, parsed.sessionId))
  if (!session || !isLive(session, tx.clock.now())) return refused
  if (session.clientId !== presented.clientId) return refused

  const successor = await claim(tx, session, parsed)
  if (successor) return ok({ session, refreshToken: successor })

  const used = await tx.em.findOne(RefreshToken, { tokenHash: parsed.hash, session: session.id })
  if (!used && !isOfFamily(session, parsed)) return refused
  if (used && isReplay(tx, session, used)) {
    const latest = await latestSuccessor(tx, session, used)
    return latest ? ok({ session, refreshToken: latest }) : refused
  }
  await endReusedSession(tx, session)
  return refuse.keeping(sessionEnded(presented.path))
}

/** Makes the successor, if nobody has: one conditional UPDATE decides who is first. */
async function claim(
  tx: IdentityContext,
  session: Session,
  { hash, family }: ParsedRefreshToken,
): Promise<string | null> {
  const now = tx.clock.now()
  const successor = newRefreshToken(session.id, family, tx.random)
  const claimed = await tx.em.nativeUpdate(
    RefreshToken,
    { tokenHash: hash, session: session.id, consumedAt: null },
    {
      consumedAt: now,
      consumedBy: clientFingerprint(tx, session),
      sealedSuccessor: tx.secretBox.seal(successor, sealContext(hash)),
    },
  )
  if (claimed === 0) return null
  storeRefreshToken(tx, session, successor)
  session.lastUsedAt = now
  session.expiresAt = idleEnd(now, session.absoluteExpiresAt)
  return successor
}

/**
 * Whether a consumed token comes again from the client that consumed it, or was cut off by a
 * step-up a moment ago while a request with it was on its way.
 */
function isReplay(tx: IdentityContext, session: Session, used: RefreshToken): boolean {
  const age = tx.clock.now().getTime() - (used.consumedAt?.getTime() ?? 0)
  const sameClient = used.consumedBy === null || used.consumedBy === clientFingerprint(tx, session)
  return age < REPLAY_WINDOW_MS && sameClient
}

/**
 * The end of the chain of successors: an answer that overtakes another must not leave a browser
 * with a token that has been used since. Null where the chain leads to another client or was cut
 * by a step-up, whose tokens only the one who stepped up may have.
 */
async function latestSuccessor(
  tx: IdentityContext,
  session: Session,
  used: RefreshToken,
): Promise<string | null> {
  const fingerprint = clientFingerprint(tx, session)
  let last = used
  for (;;) {
    if (last.sealedSuccessor === null || last.consumedBy !== fingerprint) return null
    const successor = tx.secretBox.open(last.sealedSuccessor, sealContext(last.tokenHash))
    const hash = parseRefreshToken(successor)?.hash ?? ''
    const next = await tx.em.findOne(RefreshToken, { tokenHash: hash, session: session.id })
    if (!next) return null
    if (next.consumedAt === null) return successor
    last = next
  }
}

async function endReusedSession(tx: IdentityContext, session: Session): Promise<void> {
  await revoke(tx, session, 'refresh-token-reused')
  await recordAudit(tx, {
    action: 'session.refresh_token_reused',
    outcome: 'refused',
    workspaceId: null,
    target: { type: 'session', id: session.id },
    details: { userId: session.userId },
  })
  await notifyOfReuse(tx, session)
}

/** "The same client": one client_id, one user agent, one network. */
const clientFingerprint = (tx: IdentityContext, session: Session): string =>
  sha256(JSON.stringify([session.clientId, tx.userAgent, ipPrefix(tx.clientIp)]))

const sealContext = (hash: string): string => `refresh-successor:${hash}`
