import type { Principal } from '@logicspike/auth'
import type { Session } from './session.entity.ts'

/** What tokens are minted from. */
export type ProvenSession = Pick<
  Session,
  'id' | 'userId' | 'clientId' | 'epoch' | 'amr' | 'authTime' | 'endedAt' | 'expiresAt'
>

/**
 * A session with no more proof than the access token that was presented, and no longer life. A token
 * from before a step-up may be a copied one: what is minted for it must not tell of the owner's proof
 * since. And exchanging tokens must not keep a copied one alive: only a refresh goes on from there.
 */
export function sessionAsProven(session: Session, presented: Principal): ProvenSession {
  const { id, userId, clientId, epoch, endedAt } = session
  const expiresAt = new Date(Math.min(session.expiresAt.getTime(), presented.expiresAt * 1000))
  const proof = { amr: [...presented.amr], authTime: new Date(presented.authTime * 1000) }
  return { id, userId, clientId, epoch, endedAt, expiresAt, ...proof }
}
