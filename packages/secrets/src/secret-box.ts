import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { constantTimeEqual } from './tokens.ts'

/** Encrypts what must be read back (TOTP seeds, signing keys, mails that hold a link). */
export type SecretBox = {
  /** @param context where the secret belongs (`totp:usr_…`): the same is needed to open it. */
  seal(plain: string, context: string): string
  /** @throws SecretBoxError for another context, an unknown key, or a changed text. */
  open(sealed: string, context: string): string
  /**
   * A signature for what may be read by anybody, and changed by nobody (links in mails, cursors).
   * The same text has the same signature, as long as the key is the same.
   * @param context what it is for: a signature holds for no other purpose
   */
  sign(text: string, context: string): string
  /** Whether the signature is ours, with any of the keys, for this text and purpose. */
  isSigned(text: string, signature: string, context: string): boolean
}

export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError'
}

type Key = { readonly id: string; readonly key: string }

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the context is authenticated along
 * with the text, so a sealed value moved to another row does not open. `current` seals; `previous`
 * keys still open, which is how keys are rotated.
 * @param keys each `key` is any text of at least 32 characters; the cipher key is derived from it
 */
export function createSecretBox(keys: { current: Key; previous?: readonly Key[] }): SecretBox {
  const all = [keys.current, ...(keys.previous ?? [])]
  const derived = new Map(all.map(({ id, key }) => [id, derive(id, key)]))
  const signing = new Map(all.map(({ id, key }) => [id, deriveFor('signatures', key)]))
  return {
    seal: (plain, context) =>
      sealWith(keys.current.id, required(derived, keys.current.id), plain, context),
    open: (sealed, context) => openWith(derived, sealed, context),
    sign: (text, context) =>
      signWith(keys.current.id, required(signing, keys.current.id), text, context),
    isSigned(text, signature, context) {
      const [id = ''] = signature.split('.')
      const key = signing.get(id)
      return key !== undefined && constantTimeEqual(signature, signWith(id, key, text, context))
    },
  }
}

function derive(id: string, key: string): Buffer {
  if (!/^[a-z0-9-]{1,32}$/.test(id)) throw new SecretBoxError('A key id is 1–32 of a-z, 0-9 and -.')
  if (key.length < 32) throw new SecretBoxError(`Key ${id} is shorter than 32 characters.`)
  return deriveFor('secret box', key)
}

/** A key for one purpose alone (RFC 5869), so that no use of it says anything about another. */
const deriveFor = (purpose: string, key: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `logicspike ${purpose}`, 32))

/** HMAC-SHA-256 (RFC 2104). The length comes first, so that no context runs on into the text. */
function signWith(id: string, key: Buffer, text: string, context: string): string {
  const mac = createHmac('sha256', key).update(`${context.length}:${context}${text}`)
  return `${id}.${mac.digest('base64url')}`
}

function required(derived: ReadonlyMap<string, Buffer>, id: string): Buffer {
  const key = derived.get(id)
  if (!key) throw new SecretBoxError(`Sealed with key ${id}, which is not configured.`)
  return key
}

function sealWith(id: string, key: Buffer, plain: string, context: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  const packed = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
  return `${id}.${packed}`
}

function openWith(derived: ReadonlyMap<string, Buffer>, sealed: string, context: string): string {
  const [id = '', packed = ''] = sealed.split('.')
  const key = required(derived, id)
  const bytes = Buffer.from(packed, 'base64url')
  if (bytes.length < 28) throw new SecretBoxError('Not a sealed text.')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(12, 28))
  try {
    return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
  } catch (cause) {
    throw new SecretBoxError('The sealed text was changed or belongs elsewhere.', { cause })
  }
}
