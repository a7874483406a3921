import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts what must be read back (TOTP seeds, signing keys, mails that hold a link). */
export type SecretBox = {
  /** @param context where the secret belongs (`totp:usr_…`): the same is needed to open it. */
  seal(plain: string, context: string): string
  /** @throws SecretBoxError for another context, an unknown key, or a changed text. */
  open(sealed: string, context: string): string
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
  const derived = new Map(
    [keys.current, ...(keys.previous ?? [])].map(({ id, key }) => [id, derive(id, key)]),
  )
  return {
    seal: (plain, context) =>
      sealWith(keys.current.id, required(derived, keys.current.id), plain, context),
    open: (sealed, context) => openWith(derived, sealed, context),
  }
}

function derive(id: string, key: string): Buffer {
  if (!/^[a-z0-9-]{1,32}$/.test(id)) throw new SecretBoxError('A key id is 1–32 of a-z, 0-9 and -.')
  if (key.length < 32) throw new SecretBoxError(`Key ${id} is shorter than 32 characters.`)
  return Buffer.from(hkdfSync('sha256', key, '', 'logicspike secret box', 32))
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
