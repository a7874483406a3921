import type { Id } from '@logicspike/ids'
import type { SecondFactorMethod } from '../../__generated__/resolvers.ts'
import type { IdentityContext } from '../../context.ts'
import type { Challenge } from '../second-factors/challenge.entity.ts'
import { findChallenge, openChallenge } from '../second-factors/challenge.repository.ts'
import { requestOptions } from '../second-factors/passkey-ceremonies.ts'
import {
  findSecondFactors,
  methodsOf,
  type SecondFactors,
} from '../second-factors/second-factor.repository.ts'
import type { Delivery } from '../sessions/session-rules.ts'

/** What a client needs to take the second step of a sign-in. */
export type SecondFactorChallenge = {
  readonly token: string
  readonly methods: SecondFactorMethod[]
  /** PublicKeyCredentialRequestOptionsJSON; null where no passkey will do. */
  readonly passkeyRequest: object | null
  readonly expiresAt: Date
}

/** Keeps what the first step proved until the second is taken. */
export async function askForSecondFactor(
  tx: IdentityContext,
  factors: SecondFactors,
  first: { userId: Id<'usr'>; amr: readonly string[]; clientId: string; delivery: Delivery },
): Promise<SecondFactorChallenge> {
  const { userId, amr, clientId, delivery } = first
  const { token, challenge } = openChallenge(tx, {
    purpose: 'complete-sign-in',
    userId,
    amr,
    client: { clientId, delivery },
    passkey: factors.passkeys.length > 0,
  })
  return describe(tx, token, challenge, factors)
}

/**
 * The question of a token once more, for a client that comes back to it (a page loaded after the
 * return from another provider).
 * @returns null where it is no longer open
 */
export async function resumeSecondFactor(
  ctx: IdentityContext,
  token: string,
): Promise<SecondFactorChallenge | null> {
  const challenge = await findChallenge(ctx, 'complete-sign-in', token)
  if (!challenge?.userId) return null
  return describe(ctx, token, challenge, await findSecondFactors(ctx, challenge.userId))
}

async function describe(
  ctx: Pick<IdentityContext, 'config'>,
  token: string,
  { passkeyChallenge, expiresAt }: Challenge,
  factors: SecondFactors,
): Promise<SecondFactorChallenge> {
  const usable = methodsOf(factors)
  return {
    token,
    methods: passkeyChallenge ? usable : usable.filter((method) => method !== 'PASSKEY'),
    passkeyRequest: await passkeyRequestOf(ctx, passkeyChallenge, factors),
    expiresAt,
  }
}

/** What the browser shall ask for, where one of the account's passkeys may answer. */
export async function passkeyRequestOf(
  ctx: Pick<IdentityContext, 'config'>,
  passkeyChallenge: string | null,
  { passkeys }: Pick<SecondFactors, 'passkeys'>,
): Promise<object | null> {
  if (passkeyChallenge === null || passkeys.length === 0) return null
  return requestOptions(ctx.config.relyingParty, passkeyChallenge, passkeys)
}
