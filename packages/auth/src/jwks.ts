import { type CryptoKey, importJWK, type JWK } from 'jose'
import { ACCESS_TOKEN_ALGORITHM } from './access-token.ts'
import type { AuthLog } from './seams.ts'

/** A public key of the issuer, and when its signatures count (epoch seconds). */
export type TrustedKey = {
  readonly key: CryptoKey
  readonly notBefore: number
  readonly notAfter: number
  /** Its modulus and exponent, to recognise it in the next set whatever its dates are there. */
  readonly material: string
}

/** RFC 7518 §3.3: an RSA key for RS256 has 2048 bits or more. */
const MIN_MODULUS_BYTES = 256

/**
 * The keys of a JWKS document that may verify an access token: RSA, `alg` RS256, for signatures,
 * with a `kid`. Symmetric keys, keys with private members (which the issuer leaked: never to be
 * trusted) and other algorithms are left out, and so is every key whose kid another one shares.
 * `nbf` and `exp` on a key, where given, bound its use, so that a key published ahead of its
 * activation cannot sign yet.
 * @param known the keys in use; those that did not change are kept as the same object
 * @throws TypeError where the document is no JWKS or holds no usable key: that is an outage
 */
export async function importTrustedKeys(
  document: unknown,
  known: ReadonlyMap<string, TrustedKey>,
  log?: AuthLog,
): Promise<ReadonlyMap<string, TrustedKey>> {
  const members = membersOf(document)
  const byKid = Map.groupBy(members.filter(hasKid), ({ kid }) => kid)
  const trusted = new Map<string, TrustedKey>()
  for (const [kid, [jwk, ...namesakes]] of byKid) {
    const key = jwk && namesakes.length === 0 ? await importKey(jwk, known.get(kid)) : null
    if (key) trusted.set(kid, key)
    else log?.warn({ kid }, 'a key of the issuer is ignored')
  }
  if (trusted.size === 0) throw new TypeError('The JWKS document holds no usable key.')
  return trusted
}

function membersOf(document: unknown): readonly unknown[] {
  const keys = (document as { keys?: unknown } | null | undefined)?.keys
  if (!Array.isArray(keys)) throw new TypeError('The document is no JWKS.')
  return keys
}

const hasKid = (jwk: unknown): jwk is JWK & { kid: string } =>
  typeof (jwk as { kid?: unknown } | null)?.kid === 'string'

async function importKey(jwk: JWK, known: TrustedKey | undefined): Promise<TrustedKey | null> {
  if (!isRs256PublicKey(jwk)) return null
  const { kty, n, e } = jwk
  const material = `${n}.${e}`
  const key = known?.material === material ? known.key : await importPublicKey({ kty, n, e })
  return key && { key, material, ...datesOf(jwk) }
}

async function importPublicKey(jwk: JWK): Promise<CryptoKey | null> {
  const key = await importJWK(jwk, ACCESS_TOKEN_ALGORITHM).catch(() => null)
  return key instanceof Uint8Array ? null : key
}

/** A date that is no number leaves the key unusable: it was meant to bound something. */
function datesOf(jwk: JWK & { nbf?: unknown; exp?: unknown }) {
  const { nbf = Number.NEGATIVE_INFINITY, exp = Number.POSITIVE_INFINITY } = jwk
  return {
    notBefore: typeof nbf === 'number' ? nbf : Number.POSITIVE_INFINITY,
    notAfter: typeof exp === 'number' ? exp : Number.NEGATIVE_INFINITY,
  }
}

function isRs256PublicKey(jwk: JWK): jwk is JWK & { kty: 'RSA'; n: string; e: string } {
  const isPrivate = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((name) => name in jwk)
  const isForVerifying =
    (jwk.use === undefined || jwk.use === 'sig') &&
    (jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify')))
  return (
    jwk.kty === 'RSA' &&
    jwk.alg === ACCESS_TOKEN_ALGORITHM &&
    isForVerifying &&
    !isPrivate &&
    typeof jwk.e === 'string' &&
    typeof jwk.n === 'string' &&
    Buffer.from(jwk.n, 'base64url').length >= MIN_MODULUS_BYTES
  )
}
