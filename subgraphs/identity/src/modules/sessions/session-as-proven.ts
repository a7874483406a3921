import type { Principal } from '@logicspike/auth'
import type { Session } from './session.entity.ts'

/**
 * A session with no more proof than the access token that was presented. A token from before a
 * step-up may be a copied one: what is minted for it must not tell of the owner's proof since.
 */
export function sessionAsProven(
  session: Session,
  { amr, authTime }: Principal,
): Pick<Session, 'id' | 'userId' | 'clientId' | 'epoch' | 'amr' | 'authTime'> {
  const { id, userId, clientId, epoch } = session
  return { id, userId, clientId, epoch, amr: [...amr], authTime: new Date(authTime * 1000) }
}
