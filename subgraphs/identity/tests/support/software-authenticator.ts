import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** How an authenticator, or the browser in front of it, may misbehave. */
export type Misbehaviour = {
  /** The page that asks, other than the honest one. */
  readonly origin?: string
  /** The relying party the authenticator signs for. */
  readonly rpId?: string
  readonly challenge?: string
  /** UV flag: whether PIN, finger or face was checked. Default true. */
  readonly userVerified?: boolean
  /** UP flag. Default true. */
  readonly userPresent?: boolean
  /** Signature counter to report; by default it counts. */
  readonly counter?: number
  /** Claims to be eligible for backup, whatever it said when it was made. */
  readonly backupEligible?: boolean
  /** `clientData.type`. */
  readonly type?: string
  /** Spoils the signature. */
  readonly badSignature?: boolean
  /** Another user handle, or none at all. */
  readonly userHandle?: string | null
}

type Options = {
  /** The page the person is on. */
  readonly origin: string
  /** Synced between devices, as most passkeys are: eligible for backup, and without a counter. */
  readonly synced?: boolean
}

type CborValue = Parameters<typeof isoCBOR.encode>[0]

type Credential = {
  readonly id: string
  readonly rpId: string
  readonly userHandle: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  counter: number
}

type CreationOptions = {
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly user: { readonly id: string }
  readonly excludeCredentials?: readonly { readonly id: string }[]
}

type RequestOptions = {
  readonly challenge: string
  readonly rpId: string
  readonly allowCredentials?: readonly { readonly id: string }[]
}

export type SoftwareAuthenticator = {
  /** `navigator.credentials.create()`: a new ES256 credential, without attestation. */
  create(options: object, misbehaviour?: Misbehaviour): Record<string, unknown>
  /** `navigator.credentials.get()` with the newest credential that will do. */
  get(options: object, misbehaviour?: Misbehaviour): Record<string, unknown>
  /** Ids of the credentials it holds, oldest first. */
  readonly credentialIds: readonly string[]
}

/**
 * An authenticator and its browser in software (WebAuthn Level 3 §6), so that passkeys are tested
 * with real signatures. It does what it is told, which no real one would.
 */
export function createSoftwareAuthenticator(options: Options): SoftwareAuthenticator {
  const credentials: Credential[] = []
  const synced = options.synced ?? false

  function create(given: object, wrong: Misbehaviour = {}) {
    const request = given as CreationOptions
    if (request.excludeCredentials?.some(({ id }) => credentials.some((own) => own.id === id))) {
      throw new Error('InvalidStateError: this authenticator has a credential of the account')
    }
    const credential = newCredential(request)
    credentials.push(credential)
    const authData = authenticatorData(credential, { synced, wrong, attested: true })
    const attestation = new Map<string, CborValue>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', Uint8Array.from(authData)],
    ])
    return envelope(credential, {
      clientDataJSON: clientData('webauthn.create', request.challenge, options.origin, wrong),
      attestationObject: base64url(isoCBOR.encode(attestation)),
      transports: synced ? ['hybrid', 'internal'] : ['usb'],
    })
  }

  function get(given: object, wrong: Misbehaviour = {}) {
    const request = given as RequestOptions
    const allowed = request.allowCredentials ?? []
    const credential = credentials.findLast(
      ({ id }) => allowed.length === 0 || allowed.some((one) => one.id === id),
    )
    if (!credential) throw new Error('NotAllowedError: no credential that will do')
    if (!synced) credential.counter += 1
    const authData = authenticatorData(credential, { synced, wrong, attested: false })
    const clientDataJSON = clientData('webauthn.get', request.challenge, options.origin, wrong)
    const userHandle = wrong.userHandle === undefined ? credential.userHandle : wrong.userHandle
    return envelope(credential, {
      clientDataJSON,
      authenticatorData: base64url(authData),
      signature: base64url(signatureOf(credential, authData, clientDataJSON, wrong)),
      ...(userHandle !== null && { userHandle }),
    })
  }

  return {
    create,
    get,
    get credentialIds() {
      return credentials.map(({ id }) => id)
    },
  }
}

function newCredential(request: CreationOptions): Credential {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    id: base64url(randomBytes(16)),
    rpId: request.rp.id,
    userHandle: request.user.id,
    privateKey,
    publicKey,
    counter: 0,
  }
}

const envelope = (credential: Credential, response: object) => ({
  id: credential.id,
  rawId: credential.id,
  type: 'public-key',
  response,
  clientExtensionResults: {},
})

function clientData(type: string, challenge: string, origin: string, wrong: Misbehaviour): string {
  const data = {
    type: wrong.type ?? type,
    challenge: wrong.challenge ?? challenge,
    origin: wrong.origin ?? origin,
    crossOrigin: false,
  }
  return base64url(Buffer.from(JSON.stringify(data)))
}

/** §6.1: hash of the relying party, flags, counter, and for a new credential its id and key. */
function authenticatorData(
  credential: Credential,
  { synced, wrong, attested }: { synced: boolean; wrong: Misbehaviour; attested: boolean },
): Buffer {
  const backup = wrong.backupEligible ?? synced
  const flags =
    ((wrong.userPresent ?? true) ? 0x01 : 0) |
    ((wrong.userVerified ?? true) ? 0x04 : 0) |
    (backup ? 0x18 : 0) |
    (attested ? 0x40 : 0)
  const head = Buffer.alloc(5)
  head.writeUInt8(flags, 0)
  head.writeUInt32BE(wrong.counter ?? credential.counter, 1)
  const parts = [sha256(Buffer.from(wrong.rpId ?? credential.rpId)), head]
  return Buffer.concat(attested ? [...parts, attestedCredential(credential)] : parts)
}

/** §6.5.2: model (none), length of the id, id, COSE key. */
function attestedCredential({ id, publicKey }: Credential): Buffer {
  const idBytes = Buffer.from(id, 'base64url')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(idBytes.length)
  const { x, y } = publicKey.export({ format: 'jwk' })
  const coordinate = (text = '') => Uint8Array.from(Buffer.from(text, 'base64url'))
  // RFC 9053 §7.1.1: kty EC2, alg ES256, crv P-256, x, y.
  const key = new Map<number, CborValue>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, coordinate(x)],
    [-3, coordinate(y)],
  ])
  return Buffer.concat([Buffer.alloc(16), length, idBytes, isoCBOR.encode(key)])
}

function signatureOf(
  credential: Credential,
  authData: Buffer,
  clientDataJSON: string,
  wrong: Misbehaviour,
): Buffer {
  const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))])
  const text = wrong.badSignature ? Buffer.concat([signed, Buffer.from('!')]) : signed
  return sign('sha256', text, credential.privateKey)
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
