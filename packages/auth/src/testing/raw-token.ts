import { constants, createHmac, type KeyObject, type SigningOptions, sign } from 'node:crypto'

/** A segment before encoding: a value for JSON, text as it is, or raw bytes. */
export type Part =
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly bytes: Buffer }

/** Signs the first two segments, joined by a dot. */
export type Signer = (input: string) => Buffer

const bytesOf = (part: Part): Buffer => {
  if ('bytes' in part) return part.bytes
  return Buffer.from('text' in part ? part.text : JSON.stringify(part.json))
}

/** Base64url without padding. */
export const encodePart = (part: Part): string => bytesOf(part).toString('base64url')

/** A compact JWS of these parts, whether or not any library would write it. */
export function assemble(header: Part, payload: Part, signer: Signer): string {
  const input = `${encodePart(header)}.${encodePart(payload)}`
  return `${input}.${signer(input).toString('base64url')}`
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

const signWith =
  (digest: string | null, key: KeyObject, options: SigningOptions = {}): Signer =>
  (input) =>
    sign(digest, Buffer.from(input), { key, ...options })

/** Signers by the names of RFC 7518 §3.1 (and `Ed25519`), without any check of fitness. */
export const signers = {
  none: (): Signer => () => Buffer.alloc(0),
  hs256:
    (secret: string | Buffer): Signer =>
    (input) =>
      createHmac('sha256', secret).update(input).digest(),
  rs256: (key: KeyObject): Signer => signWith('sha256', key),
  rs384: (key: KeyObject): Signer => signWith('sha384', key),
  rs512: (key: KeyObject): Signer => signWith('sha512', key),
  ps256: (key: KeyObject): Signer => signWith('sha256', key, pss),
  es256: (key: KeyObject): Signer => signWith('sha256', key, { dsaEncoding: 'ieee-p1363' }),
  ed25519: (key: KeyObject): Signer => signWith(null, key),
} as const
