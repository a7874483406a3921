import type { IdentityContext } from '../../context.ts'
import { closeAccount } from './close-account.ts'

/** Erases the caller's account; see closeAccount. */
export const deleteAccount = (
  ctx: IdentityContext,
  input: { email: string },
): ReturnType<typeof closeAccount> => closeAccount(ctx, input, 'deleted')
