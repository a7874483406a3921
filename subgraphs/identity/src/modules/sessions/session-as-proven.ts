import type { Principal } from '@logicspike/auth'
import type { Session } from './session.entity.ts'

/** What tokens are minted from. */
export type ProvenSession = Pick<
  Session,
  'id' | 'userId' | 'clientId' | 'epoch' | 'amr' | 'authTime' | 'endedAt' | 'expiresAt'
>

/**
 * A session with no more proof than the access token that was presented. A token from before a
 * step-up may be a copied one: what is minted for it must not tell of the owner's proof since.
 */
export function sessionAsProven(session: Session, { amr, authTime }: Principal): ProvenSession {
  const { id, userId, clientId, epoch, endedAt, expiresAt } = session
  const proof = { amr: [...amr], authTime: new Date(authTime * 1000) }
  return { id, userId, clientId, epoch, endedAt, expiresAt, ...proof }
}
