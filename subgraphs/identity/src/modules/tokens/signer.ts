import { ACCESS_TOKEN_ALGORITHM, ACCESS_TOKEN_TYP, CLOCK_TOLERANCE_SECONDS } from '@logicspike/auth'
import { internal } from '@logicspike/errors'
import type { SecretBox } from '@logicspike/secrets'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type CryptoKey, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { sealContext } from './rotate-signing-keys.job.ts'
import { SigningKey } from './signing-key.entity.ts'
import { currentKey, type KeyTimes, publishedKeys } from './signing-key-schedule.ts'

/** Signs with keys held in memory, so that minting inside a transaction asks for no connection. */
export type Signer = {
  /** Reads the keys anew; keys known already are kept as they are. */
  load(): Promise<void>
  /** @throws AppError INTERNAL before the first `load` */
  sign(claims: JWTPayload): Promise<string>
  /** Next, Current and Previous (RFC 7517 §5): public members only. */
  jwks(): { keys: PublishedKey[] }
}

/** A public key and the epoch seconds between which its signatures count. */
export type PublishedKey = JWK & { readonly nbf: number; readonly exp?: number }

type LoadedKey = KeyTimes & {
  readonly id: string
  readonly publicJwk: JWK
  readonly privateKey: CryptoKey
}

/** @param deps.em makes an entity manager for one reading */
export function createSigner(deps: {
  em: () => EntityManager
  secretBox: SecretBox
  clock: { now(): Date }
}): Signer {
  let keys: readonly LoadedKey[] = []

  async function toLoadedKey(row: SigningKey): Promise<LoadedKey> {
    const { id, publicJwk, activatesAt, retiresAt } = row
    const known = keys.find((key) => key.id === id)
    const privateKey = known?.privateKey ?? (await openPrivateKey(row, deps.secretBox))
    return { id, publicJwk, activatesAt, retiresAt, privateKey }
  }

  return {
    async load() {
      const rows = await deps.em().findAll(SigningKey)
      keys = await Promise.all(rows.map(toLoadedKey))
    },
    async sign(claims) {
      const key = currentKey(keys, deps.clock.now())
      if (!key) throw internal('no signing key is active')
      return new SignJWT(claims)
        .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, kid: key.id, typ: ACCESS_TOKEN_TYP })
        .sign(key.privateKey)
    },
    jwks: () => ({ keys: publishedKeys(keys, deps.clock.now()).map(toPublicJwk) }),
  }
}

async function openPrivateKey(row: SigningKey, secretBox: SecretBox): Promise<CryptoKey> {
  const jwk: JWK = JSON.parse(secretBox.open(row.sealedPrivateJwk, sealContext(row.id)))
  const key = await importJWK(jwk, ACCESS_TOKEN_ALGORITHM)
  if (key instanceof Uint8Array) throw internal(`signing key ${row.id} is symmetric`)
  return key
}

/**
 * `nbf` and `exp` tell verifiers when signatures of the key count, so that a stolen Next key is
 * useless before its time. The tolerance allows for a verifier whose clock is behind.
 */
function toPublicJwk({ publicJwk, activatesAt, retiresAt }: LoadedKey): PublishedKey {
  return {
    ...publicJwk,
    nbf: seconds(activatesAt) - CLOCK_TOLERANCE_SECONDS,
    ...(retiresAt && { exp: seconds(retiresAt) }),
  }
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000)
