import { publishEvent, recordAudit } from '@logicspike/events'
import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import type { MintedToken } from '../tokens/token-minter.ts'
import { revoke } from './end-session.ts'
import { deliverRefreshToken, issueRefreshToken } from './issue-refresh-token.ts'
import { familyHash, newFamily } from './refresh-token.ts'
import { Session } from './session.entity.ts'
import { lockActiveUser, lockLiveSessions } from './session.repository.ts'
import {
  ABSOLUTE_MS,
  clientIdOf,
  type Delivery,
  idleEnd,
  MAX_LIVE_SESSIONS,
} from './session-rules.ts'

/** What a client gets for a session: an access token, and the refresh token unless in a cookie. */
export type IssuedTokens = MintedToken & {
  readonly session: Session
  /** Null where a cookie carries it. */
  readonly refreshToken: string | null
}

export type NewSession = {
  readonly userId: Id<'usr'>
  /** RFC 8176 values; with `mfa` where more than one factor was used. */
  readonly amr: readonly string[]
  /** When the person proved who they are; now unless said otherwise. */
  readonly authTime?: Date
  readonly delivery: Delivery
  /** The platform's own client for this delivery unless said otherwise. */
  readonly clientId?: string
}

/**
 * Starts a session for somebody who has proved who they are. Everything about it is new, whatever
 * the client brought along (ASVS 7.2.4): the id, the refresh token, the access token, which is for
 * no workspace yet.
 * @throws AppError UNAUTHENTICATED where the account has closed meanwhile
 */
export async function startSession(tx: IdentityContext, input: NewSession): Promise<IssuedTokens> {
  await lockActiveUser(tx, input.userId)
  await makeRoom(tx, input.userId)
  const family = newFamily(tx.random)
  const session = createSession(tx, input, family)
  const refreshToken = issueRefreshToken(tx, session, family)
  await announce(tx, session)
  return {
    ...(await tx.tokens.forSession(session)),
    session,
    refreshToken: deliverRefreshToken(tx, session, refreshToken),
  }
}

async function makeRoom(tx: IdentityContext, userId: Id<'usr'>): Promise<void> {
  const live = await lockLiveSessions(tx, userId)
  const surplus = live.slice(0, Math.max(0, live.length + 1 - MAX_LIVE_SESSIONS))
  for (const session of surplus) await revoke(tx, session, 'session-limit')
}

function createSession(tx: IdentityContext, input: NewSession, family: string): Session {
  const now = tx.clock.now()
  const absoluteExpiresAt = new Date(now.getTime() + ABSOLUTE_MS)
  return tx.em.create(Session, {
    id: tx.ids('session'),
    userId: input.userId,
    clientId: input.clientId ?? clientIdOf(input.delivery),
    delivery: input.delivery,
    amr: [...new Set(input.amr)].sort(),
    authTime: input.authTime ?? now,
    epoch: 0,
    epochBumpedAt: null,
    familyHash: familyHash(family),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: idleEnd(now, absoluteExpiresAt),
    absoluteExpiresAt,
    endedAt: null,
    endReason: null,
    ipAddress: tx.clientIp,
    userAgent: tx.userAgent?.slice(0, 512) ?? null,
  })
}

async function announce(tx: IdentityContext, session: Session): Promise<void> {
  const { id, userId, amr } = session
  await publishEvent(tx, {
    type: 'session.started',
    workspaceId: null,
    subject: id,
    data: { sessionId: id, userId, amr },
  })
  await recordAudit(tx, {
    action: 'session.started',
    workspaceId: null,
    target: { type: 'session', id },
    details: { userId, amr },
  })
}
