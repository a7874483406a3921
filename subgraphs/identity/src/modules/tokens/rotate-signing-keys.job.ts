import { ACCESS_TOKEN_ALGORITHM } from '@logicspike/auth'
import { advisoryLock } from '@logicspike/database'
import { ok, type Result } from '@logicspike/errors'
import { exportJWK, generateKeyPair } from 'jose'
import type { IdentityContext } from '../../context.ts'
import { SigningKey } from './signing-key.entity.ts'
import { planRotation } from './signing-key-schedule.ts'

type RotationContext = Pick<IdentityContext, 'em' | 'clock' | 'ids' | 'secretBox'>

/**
 * Makes, retires and erases signing keys as the schedule asks. All processes run it; the lock lets
 * one at a time decide, so those that boot together end up with one set.
 * @returns whether anything changed
 */
export async function rotateSigningKeys(tx: RotationContext): Promise<Result<boolean, never>> {
  await advisoryLock(tx.em, 'signing-keys', 'rotation')
  const plan = planRotation(await tx.em.findAll(SigningKey), tx.clock.now())
  for (const { key, at } of plan.retire) key.retiresAt = at
  for (const key of plan.erase) tx.em.remove(key)
  for (const activatesAt of plan.create) tx.em.persist(await newSigningKey(tx, activatesAt))
  return ok(plan.create.length + plan.retire.length + plan.erase.length > 0)
}

async function newSigningKey(tx: RotationContext, activatesAt: Date): Promise<SigningKey> {
  const id = tx.ids('signingKey')
  const pair = await generateKeyPair(ACCESS_TOKEN_ALGORITHM, {
    modulusLength: 2048,
    extractable: true,
  })
  const { kty, n, e } = await exportJWK(pair.publicKey)
  return tx.em.create(SigningKey, {
    id,
    publicJwk: { kty, n, e, kid: id, alg: ACCESS_TOKEN_ALGORITHM, use: 'sig' },
    sealedPrivateJwk: tx.secretBox.seal(
      JSON.stringify(await exportJWK(pair.privateKey)),
      sealContext(id),
    ),
    createdAt: tx.clock.now(),
    activatesAt,
    retiresAt: null,
  })
}

/** Binds a sealed private key to its row. */
export const sealContext = (id: string): string => `signing-key:${id}`
