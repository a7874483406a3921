import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { HostileTokenCase } from './hostile-tokens.ts'
import { type Signer, signers } from './raw-token.ts'
import type { Claims, ForgeKey, TokenForge } from './token-forge.ts'

/** Good claims under this header and signature. */
function underHeader(forge: TokenForge, header: Claims, signer: Signer): string {
  return forge.assemble({ json: forge.header(header) }, { json: forge.claims() }, signer)
}

const signedWell = (forge: TokenForge) => signers.rs256(forge.key('current').privateKey)

const noSignature: readonly HostileTokenCase[] = [
  ...['none', 'None', 'nOnE', 'NONE', ''].map((alg) => ({
    rule: 'J1 no signature' as const,
    name: `alg "${alg}" with an empty signature`,
    make: (forge: TokenForge) => underHeader(forge, { alg }, signers.none()),
  })),
  {
    rule: 'J1 no signature',
    name: 'alg none above a good RS256 signature',
    make: (forge) => underHeader(forge, { alg: 'none' }, signedWell(forge)),
  },
  {
    rule: 'J1 no signature',
    name: 'alg RS256 with an empty signature',
    make: (forge) => underHeader(forge, {}, signers.none()),
  },
  {
    rule: 'J1 no signature',
    name: 'a signature of zero bytes only',
    make: (forge) => underHeader(forge, {}, () => Buffer.alloc(256)),
  },
  {
    rule: 'J1 no signature',
    name: 'the signature of another good token',
    make: (forge) => {
      const signature = forge.sign().split('.')[2]
      return `${forge.sign().split('.').slice(0, 2).join('.')}.${signature}`
    },
  },
]

/** Texts and bytes of the public key that a confused verifier may take for an HMAC secret. */
const publicKeyForms: Readonly<Record<string, (forge: TokenForge) => string | Buffer>> = {
  'the public key as PEM': (forge) => pem(forge, 'spki'),
  'the public key as PEM without its last line break': (forge) => pem(forge, 'spki').trimEnd(),
  'the public key as PKCS #1 PEM': (forge) => pem(forge, 'pkcs1'),
  'the public key as DER': (forge) => publicKeyOf(forge).export({ format: 'der', type: 'spki' }),
  'the JWK as JSON': (forge) => JSON.stringify(forge.jwk('current')),
  'the n of the JWK as text': (forge) => String(forge.jwk('current').n),
  'the n of the JWK as bytes': (forge) => Buffer.from(String(forge.jwk('current').n), 'base64url'),
  'an empty secret': () => '',
}

const publicKeyOf = (forge: TokenForge) => createPublicKey(forge.key('current').privateKey)

const pem = (forge: TokenForge, type: 'spki' | 'pkcs1'): string =>
  publicKeyOf(forge).export({ format: 'pem', type }).toString()

const keyConfusion: readonly HostileTokenCase[] = Object.entries(publicKeyForms).map(
  ([name, secret]) => ({
    rule: 'J2 key confusion',
    name: `HS256 by ${name}`,
    make: (forge) => underHeader(forge, { alg: 'HS256' }, signers.hs256(secret(forge))),
  }),
)

const hostileKids: Readonly<Record<string, unknown>> = {
  'an unknown kid': 'sgk_01jzzzzzzzzzzzzzzzzzzzzzzz',
  'no kid': undefined,
  'an empty kid': '',
  'a null kid': null,
  'a number as kid': 0,
  'a list as kid': ['current'],
  'SQL as kid': "x' UNION SELECT 'secret' --",
  'a path as kid': '../../../../../../dev/null',
  'an address as kid': 'https://attacker.example/keys.json',
  'a command as kid': 'current; cat /etc/passwd',
  'a prototype member as kid': '__proto__',
  'a NUL in the kid': 'current\u0000',
  'a kid of 1,000 characters': 'k'.repeat(1_000),
}

const kidAttacks: readonly HostileTokenCase[] = [
  ...Object.entries(hostileKids).map(([name, kid]) => ({
    rule: 'J3 kid' as const,
    name: `${name}, signed by the right key`,
    make: (forge: TokenForge) => underHeader(forge, { kid }, signedWell(forge)),
  })),
  {
    rule: 'J3 kid',
    name: 'the kid of another trusted key',
    make: (forge) => forge.sign(forge.claims(), { kid: forge.key('previous').kid }),
  },
  {
    rule: 'J3 kid',
    name: 'the right kid with a space after it',
    make: (forge) => forge.sign(forge.claims(), { kid: `${forge.key('current').kid} ` }),
  },
]

/** Header members by which a token brings or names its own key. */
const embeddedKeys: Readonly<Record<string, (forge: TokenForge) => Claims>> = {
  jwk: (forge) => ({ jwk: forge.jwk('attacker') }),
  jku: () => ({ jku: 'https://attacker.example/jwks.json' }),
  x5u: () => ({ x5u: 'https://attacker.example/certificate.pem' }),
  x5c: () => ({ x5c: [Buffer.from('not even a certificate').toString('base64')] }),
}

const embedded: readonly HostileTokenCase[] = Object.entries(embeddedKeys).flatMap(
  ([member, header]): HostileTokenCase[] => [
    {
      rule: 'J4 embedded key',
      name: `${member} of the attacker, with a kid of its own`,
      make: (forge) => forge.sign(forge.claims(), header(forge), forge.key('attacker')),
    },
    {
      rule: 'J4 embedded key',
      name: `${member} of the attacker, with the kid of the current key`,
      make: (forge) =>
        forge.sign(
          forge.claims(),
          { ...header(forge), kid: forge.key('current').kid },
          forge.key('attacker'),
        ),
    },
    {
      rule: 'J4 embedded key',
      name: `${member} in a token signed by the right key`,
      make: (forge) => forge.sign(forge.claims(), header(forge)),
    },
  ],
)

type Algorithm = readonly [alg: string, sign: (forge: TokenForge) => Signer]

const byCurrent =
  (sign: (key: ForgeKey['privateKey']) => Signer) =>
  (forge: TokenForge): Signer =>
    sign(forge.key('current').privateKey)

const otherAlgorithms: Readonly<Record<string, Algorithm>> = {
  'RS384 by the right key': ['RS384', byCurrent(signers.rs384)],
  'RS512 by the right key': ['RS512', byCurrent(signers.rs512)],
  'PS256 by the right key': ['PS256', byCurrent(signers.ps256)],
  'an RS512 signature called RS256': ['RS256', byCurrent(signers.rs512)],
  'a PS256 signature called RS256': ['RS256', byCurrent(signers.ps256)],
  'an RS256 signature called rs256': ['rs256', byCurrent(signers.rs256)],
  'an RS256 signature called HS256': ['HS256', byCurrent(signers.rs256)],
  'RS256 by the attacker': ['RS256', (forge) => signers.rs256(forge.key('attacker').privateKey)],
  'RS512 by the attacker': ['RS512', (forge) => signers.rs512(forge.key('attacker').privateKey)],
  'PS256 by the attacker': ['PS256', (forge) => signers.ps256(forge.key('attacker').privateKey)],
  'ES256 by an unlisted key': ['ES256', (forge) => signers.es256(forge.ellipticKey().privateKey)],
  'EdDSA by an unlisted key': [
    'EdDSA',
    () => signers.ed25519(generateKeyPairSync('ed25519').privateKey),
  ],
}

const algorithms: readonly HostileTokenCase[] = [
  ...Object.entries(otherAlgorithms).map(([name, [alg, signer]]) => ({
    rule: 'J9 algorithm' as const,
    name: `${name}, under the current kid`,
    make: (forge: TokenForge) => underHeader(forge, { alg }, signer(forge)),
  })),
  ...[undefined, null, ['RS256'], { name: 'RS256' }].map((alg) => ({
    rule: 'J9 algorithm' as const,
    name: `alg ${alg === undefined ? 'missing' : JSON.stringify(alg)}, signed by the right key`,
    make: (forge: TokenForge) => underHeader(forge, { alg }, signedWell(forge)),
  })),
]

const bySetKey =
  (name: 'retired' | 'next' | 'twin' | 'otherTwin' | 'leaked' | 'encryption') =>
  (forge: TokenForge) =>
    forge.sign(forge.claims(), {}, forge.key(name))

const rotation: readonly HostileTokenCase[] = [
  { rule: 'J10 rotation', name: 'a token of a retired key', make: bySetKey('retired') },
  { rule: 'J10 rotation', name: 'a token of the next key before its time', make: bySetKey('next') },
  {
    rule: 'J10 rotation',
    name: 'a token of the first of two keys with one kid',
    make: bySetKey('twin'),
  },
  {
    rule: 'J10 rotation',
    name: 'a token of the second of two keys with one kid',
    make: bySetKey('otherTwin'),
  },
]

const unusableKeys: readonly HostileTokenCase[] = [
  {
    rule: 'J15 unusable key',
    name: 'a token of a key published with its private half',
    make: bySetKey('leaked'),
  },
  {
    rule: 'J15 unusable key',
    name: 'a token of a key that is for encryption',
    make: bySetKey('encryption'),
  },
  {
    rule: 'J15 unusable key',
    name: 'HS256 by a symmetric key that the set gives away',
    make: (forge) =>
      underHeader(forge, { alg: 'HS256', kid: 'symmetric' }, signers.hs256(forge.symmetricSecret)),
  },
  {
    rule: 'J15 unusable key',
    name: 'ES256 by an elliptic-curve key in the set',
    make: (forge) =>
      underHeader(
        forge,
        { alg: 'ES256', kid: 'elliptic' },
        signers.es256(forge.ellipticKey().privateKey),
      ),
  },
]

/** Groups J1–J4, J9, J10 and J15: what signs a token, and what it says about that. */
export const keyAttacks: readonly HostileTokenCase[] = [
  ...noSignature,
  ...keyConfusion,
  ...kidAttacks,
  ...embedded,
  ...algorithms,
  ...rotation,
  ...unusableKeys,
]
