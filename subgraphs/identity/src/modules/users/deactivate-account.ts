import type { IdentityContext } from '../../context.ts'
import { closeAccount } from './close-account.ts'

/** Puts the caller's account to rest; see closeAccount. */
export const deactivateAccount = (
  ctx: IdentityContext,
  input: { email: string },
): ReturnType<typeof closeAccount> => closeAccount(ctx, input, 'deactivated')
