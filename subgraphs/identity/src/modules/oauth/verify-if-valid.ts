import type { Principal, TokenVerifier } from '@logicspike/auth'
import { AppError } from '@logicspike/errors'

/** Who an access token speaks for, or null where it is not valid (any more). */
export async function verifyIfValid(
  verifier: TokenVerifier,
  token: string,
): Promise<Principal | null> {
  try {
    return await verifier.verify(token)
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return null
    throw error
  }
}
