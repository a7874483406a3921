import type { Session } from './session.entity.ts'

/** How the refresh token reaches the client: a cookie for browsers, the payload for apps. */
export type Delivery = Session['delivery']

const DAY_MS = 86_400_000

/** Not used for so long, a session ends (ASVS 7.3.1). */
export const IDLE_MS = 14 * DAY_MS

/** However much it is used, a session ends after so long (ASVS 7.3.2, 10.4.8). */
export const ABSOLUTE_MS = 30 * DAY_MS

/** Live sessions of one user; one more ends the oldest. */
export const MAX_LIVE_SESSIONS = 20

/** The platform's own public clients (RFC 6749 §2.1): they keep no secret. */
const ownClients: Readonly<Record<Delivery, string>> = {
  COOKIE: 'logicspike-web',
  PAYLOAD: 'logicspike-app',
}

/** `client_id` of a first-party sign-in. */
export const clientIdOf = (delivery: Delivery): string => ownClients[delivery]

export const isOwnClient = (clientId: string): boolean =>
  Object.values(ownClients).includes(clientId)

/** When a session used at `now` would end of idleness. */
export const idleEnd = (now: Date, absoluteExpiresAt: Date): Date =>
  new Date(Math.min(now.getTime() + IDLE_MS, absoluteExpiresAt.getTime()))

export const isLive = (session: Pick<Session, 'endedAt' | 'expiresAt'>, now: Date): boolean =>
  session.endedAt === null && session.expiresAt > now
