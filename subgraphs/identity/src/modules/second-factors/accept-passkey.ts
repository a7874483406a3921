import { lockRow } from '@logicspike/database'
import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { Passkey } from './passkey.entity.ts'
import { verifyAssertion } from './passkey-ceremonies.ts'
import type { AssertionResponse } from './passkey-responses.ts'

/** What an authenticator is told to call an account: opaque, and the same for ever. */
export const userHandleOf = (userId: Id<'usr'>): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(userId))

/**
 * Accepts the answer of a passkey of the account, and keeps what it said of itself. The passkey is
 * held until the end of the transaction, so that two answers with one counter cannot both count.
 * @param input.challenge what it had to sign
 * @param input.named whether the answer must name the account, because nothing else does
 * @returns the passkey, or null where the answer does not hold; why is in the log
 */
export async function acceptPasskey(
  tx: Pick<IdentityContext, 'em' | 'clock' | 'config' | 'log'>,
  input: { userId: Id<'usr'>; answer: AssertionResponse; challenge: string; named?: boolean },
): Promise<Passkey | null> {
  const { userId, answer, challenge } = input
  const passkey = await lockRow(tx.em, Passkey, { credentialId: answer.id, userId })
  if (!passkey) return refuse(tx, userId, 'not a passkey of the account')
  if (!namesUser(answer, userId, input.named ?? false)) {
    return refuse(tx, userId, 'the user handle is another')
  }
  const verified = await verifyAssertion(tx.config.relyingParty, answer, challenge, {
    credentialId: passkey.credentialId,
    publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
    counter: passkey.counter,
    deviceType: passkey.deviceType,
  })
  if (!verified.ok) return refuse(tx, userId, verified.errors[0])
  passkey.counter = verified.value.counter
  passkey.backedUp = verified.value.backedUp
  passkey.lastUsedAt = tx.clock.now()
  return passkey
}

/** WebAuthn Level 3 §7.2 step 6: a handle, where there is one, is the account's. */
function namesUser({ response }: AssertionResponse, userId: Id<'usr'>, must: boolean): boolean {
  if (response.userHandle === undefined) return !must
  return response.userHandle === Buffer.from(userHandleOf(userId)).toString('base64url')
}

function refuse(tx: Pick<IdentityContext, 'log'>, userId: string, reason: string | undefined) {
  tx.log.warn({ userId, reason }, 'the answer of a passkey was refused')
  return null
}
