import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { newId } from '@logicspike/ids'
import { ACCESS_TOKEN_TTL_SECONDS, ACCESS_TOKEN_TYP } from '../access-token.ts'
import { type Clock, epochSeconds } from '../seams.ts'
import { type HostileToken, hostileTokenCases } from './hostile-tokens.ts'
import { assemble, type Part, type Signer, signers } from './raw-token.ts'

export type ForgeKey = { readonly kid: string; readonly privateKey: KeyObject }

/**
 * RSA keys a forge can have. In its JWKS: `next` (not yet active), `current`, `previous`. Nowhere:
 * `retired`, `attacker`, `foreign` (another environment's). In its hostile JWKS only: `twin` and
 * `otherTwin` (one kid), `leaked` (with private members), `encryption` (use enc).
 */
export type ForgeKeyName =
  | ('current' | 'next' | 'previous' | 'retired' | 'attacker' | 'foreign')
  | ('twin' | 'otherTwin' | 'leaked' | 'encryption')

export type Claims = Readonly<Record<string, unknown>>

export type TokenForge = {
  readonly issuer: string
  readonly audience: string
  /** Epoch seconds by the forge's clock. */
  now(): number
  /** Made when first asked for; an RSA key takes about a tenth of a second. */
  key(name: ForgeKeyName): ForgeKey
  /** Its public JWK, as an honest issuer publishes it. */
  jwk(name: ForgeKeyName): JsonWebKey
  /** Elliptic-curve key pair with kid `elliptic`; its public half is in the hostile JWKS. */
  ellipticKey(): ForgeKey
  /** The symmetric key that the hostile JWKS gives away, kid `symmetric`. */
  readonly symmetricSecret: Buffer
  /** Claims of a good user token for a workspace. An override of undefined leaves the claim out. */
  claims(overrides?: Claims): Claims
  /** Claims of a good client-credentials token. */
  serviceClaims(overrides?: Claims): Claims
  /** The header of a good token; an override of undefined leaves the member out. */
  header(overrides?: Claims): Claims
  /** A token with these claims and header, signed RS256 by the current key or the one given. */
  sign(claims?: Claims, header?: Claims, key?: ForgeKey): string
  /** Any parts under any signature. */
  assemble(header: Part, payload: Part, signer: Signer): string
  /** What an honest issuer serves: next, current, previous. */
  jwks(): { keys: JsonWebKey[] }
  /** The same among keys that no verifier may use. */
  hostileJwks(): { keys: JsonWebKey[] }
  /** Every hostile token, each with one thing wrong and otherwise like a good one. */
  hostileTokens(): HostileToken[]
}

export type TokenForgeOptions = {
  issuer: string
  audience: string
  clock: Clock
  /**
   * The key that the service under test trusts. With it, hostile tokens fail for what is wrong with
   * them; without it, a service that does not use the forge's JWKS refuses all for their kid.
   */
  signingKey?: ForgeKey
  /** Claims of a real, good token, where made-up ids would not do. */
  claims?: Claims
}

/** Of the process, where this module is of one test file. */
const everywhere = globalThis as { forgedKeys?: KeyObject[] }
everywhere.forgedKeys ??= []
const made = everywhere.forgedKeys
let given = 0

/** How long the forge's `next` key is still inactive, in seconds. */
const NEXT_KEY_ACTIVE_IN = 3600

/** Makes tokens, good and bad, for tests of whatever verifies them. Never for anything else. */
export function tokenForge(options: TokenForgeOptions): TokenForge {
  const { issuer, audience, clock, signingKey } = options
  const now = () => epochSeconds(clock)
  const rsaKeys = new Map<ForgeKeyName, ForgeKey>(signingKey ? [['current', signingKey]] : [])
  const ids = { user: newId('user'), session: newId('session'), workspace: newId('workspace') }
  let elliptic: ForgeKey | undefined

  function key(name: ForgeKeyName): ForgeKey {
    const made = rsaKeys.get(name) ?? newRsaKey(kidOf(name))
    rsaKeys.set(name, made)
    return made
  }

  function ellipticKey(): ForgeKey {
    elliptic ??= {
      kid: 'elliptic',
      privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    }
    return elliptic
  }

  function times(): Claims {
    return { iat: now(), exp: now() + ACCESS_TOKEN_TTL_SECONDS }
  }

  const forge: TokenForge = {
    issuer,
    audience,
    now,
    key,
    ellipticKey,
    symmetricSecret: Buffer.from('a symmetric key has no place in a published key set'),
    jwk: (name) => publicJwk(key(name)),
    claims: (overrides = {}) => ({
      iss: issuer,
      aud: audience,
      sub: ids.user,
      sid: ids.session,
      jti: newId('request'),
      client_id: 'console',
      tid: ids.workspace,
      scope: 'tenancy:members.read tenancy:workspace.read',
      services: ['blog'],
      ep: { s: 0, m: 0 },
      amr: ['pwd'],
      auth_time: now(),
      ...options.claims,
      ...times(),
      ...overrides,
    }),
    serviceClaims: (overrides = {}) => ({
      iss: issuer,
      aud: audience,
      sub: 'reporting-job',
      jti: newId('request'),
      client_id: 'reporting-job',
      scope: '',
      services: [],
      ep: {},
      ...times(),
      ...overrides,
    }),
    header: (overrides = {}) => ({
      alg: 'RS256',
      kid: key('current').kid,
      typ: ACCESS_TOKEN_TYP,
      ...overrides,
    }),
    sign: (claims = forge.claims(), header = {}, by = key('current')) =>
      assemble(
        { json: forge.header({ kid: by.kid, ...header }) },
        { json: claims },
        signers.rs256(by.privateKey),
      ),
    assemble,
    jwks: () => ({
      keys: [
        { ...publicJwk(key('next')), nbf: now() + NEXT_KEY_ACTIVE_IN },
        publicJwk(key('current')),
        publicJwk(key('previous')),
      ],
    }),
    hostileJwks: () => ({ keys: [...forge.jwks().keys, ...unusableJwks(forge)] }),
    hostileTokens: () =>
      hostileTokenCases.map(({ rule, name, make }) => ({ rule, name, token: make(forge) })),
  }
  return forge
}

/** Keys that may stand in a set and must not verify anything. */
function unusableJwks(forge: TokenForge): JsonWebKey[] {
  const { privateKey, kid } = forge.key('leaked')
  const elliptic = forge.ellipticKey()
  return [
    forge.jwk('twin'),
    forge.jwk('otherTwin'),
    { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' },
    { ...forge.jwk('encryption'), use: 'enc' },
    { ...publicJwk(elliptic), alg: 'ES256' },
    { kty: 'oct', kid: 'symmetric', alg: 'HS256', k: forge.symmetricSecret.toString('base64url') },
  ]
}

/** The two twins share a kid; every other key has its own, random like a real one's. */
const kidOf = (name: ForgeKeyName): string =>
  name === 'twin' || name === 'otherTwin' ? 'twin' : newId('signingKey')

/**
 * A key no other forge of this test file has. Making one takes a tenth of a second, so those that
 * earlier test files of the process had are given out again.
 */
function newRsaKey(kid: string): ForgeKey {
  const privateKey = made[given] ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  made[given] = privateKey
  given += 1
  return { kid, privateKey }
}

function publicJwk({ kid, privateKey }: ForgeKey): JsonWebKey {
  const { kty, n, e, crv, x, y } = privateKey.export({ format: 'jwk' })
  const members = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y }
  return { ...members, kid, alg: 'RS256', use: 'sig' } as JsonWebKey
}
