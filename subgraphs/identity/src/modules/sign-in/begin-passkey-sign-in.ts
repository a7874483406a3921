import { ipPrefix } from '@logicspike/auth'
import { inTransaction } from '@logicspike/database'
import { ok, type Result } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { openChallenge } from '../second-factors/challenge.repository.ts'
import { requestOptions } from '../second-factors/passkey-ceremonies.ts'
import { clientIdOf, type Delivery } from '../sessions/session-rules.ts'

/** What a client needs to sign in with a passkey. */
export type PasskeyChallenge = {
  readonly token: string
  /** PublicKeyCredentialRequestOptionsJSON. */
  readonly passkeyRequest: object
  readonly expiresAt: Date
}

/**
 * Asks for any passkey, of whomever. Nobody is named, so nothing is told of any account.
 * @throws AppError RATE_LIMITED
 */
export async function beginPasskeySignIn(
  ctx: IdentityContext,
  input: { delivery: Delivery },
): Promise<Result<PasskeyChallenge, never>> {
  await ctx.limits.spend('passkeySignInByNetwork', ipPrefix(ctx.clientIp))
  return inTransaction(ctx, async (tx) => {
    const { token, challenge } = openChallenge(tx, {
      purpose: 'passkey-sign-in',
      userId: null,
      client: { clientId: clientIdOf(input.delivery), delivery: input.delivery },
      passkey: true,
    })
    const { relyingParty } = tx.config
    const passkeyRequest = await requestOptions(relyingParty, challenge.passkeyChallenge ?? '')
    return ok({ token, passkeyRequest, expiresAt: challenge.expiresAt })
  })
}
