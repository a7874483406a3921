import type { Principal } from '@logicspike/auth'

/** Whether the sign-in behind the token used more than one factor (RFC 8176, `mfa`). */
export const usedSecondFactor = (actor: Principal | null): boolean =>
  actor?.amr.includes('mfa') ?? false
