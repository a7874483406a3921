import { createPrivateKey } from 'node:crypto'
import type { ForgeKey } from '@logicspike/auth/testing'
import { sealContext } from '../../src/modules/tokens/rotate-signing-keys.job.ts'
import type { IdentityTestApp } from './identity-test-app.ts'

type KeyRow = { id: string; sealed_private_jwk: string }

/** The app's own signing keys with their private halves, in order of activation. */
export async function signingKeysOf(app: IdentityTestApp): Promise<ForgeKey[]> {
  const rows = await app.database.asAdmin<KeyRow>(
    'select id, sealed_private_jwk from identity.signing_keys order by activates_at',
  )
  return rows.map((row) => ({
    kid: row.id,
    privateKey: createPrivateKey({
      key: JSON.parse(app.secretBox.open(row.sealed_private_jwk, sealContext(row.id))),
      format: 'jwk',
    }),
  }))
}

export async function currentKeyOf(app: IdentityTestApp): Promise<ForgeKey> {
  const [current] = await signingKeysOf(app)
  if (!current) throw new Error('The app has no signing key.')
  return current
}
