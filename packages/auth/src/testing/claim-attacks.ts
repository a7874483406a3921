import type { HostileRule, HostileTokenCase } from './hostile-tokens.ts'
import { signers } from './raw-token.ts'
import type { Claims, TokenForge } from './token-forge.ts'

type Overrides = (forge: TokenForge) => Claims
type Table = Readonly<Record<string, Overrides>>

/** Well signed, with these claims in place of good ones. */
const cases = (rule: HostileRule, table: Table): HostileTokenCase[] =>
  Object.entries(table).map(([name, overrides]) => ({
    rule,
    name,
    make: (forge) => forge.sign(forge.claims(overrides(forge))),
  }))

const MONTH = 30 * 86_400

const expiry = cases('J5 expiry', {
  'a token that expired an hour ago': ({ now }) => ({ iat: now() - 3900, exp: now() - 3600 }),
  'a token at the far edge of the tolerance': ({ now }) => ({ iat: now() - 305, exp: now() - 5 }),
  'no exp': () => ({ exp: undefined }),
  'a null exp': () => ({ exp: null }),
  'exp as text': ({ now }) => ({ exp: String(now() + 300) }),
  'exp with a fraction': ({ now }) => ({ exp: now() + 299.5 }),
  'exp in milliseconds': ({ now }) => ({ exp: (now() + 300) * 1000 }),
  'a huge exp': () => ({ exp: 1e300 }),
  'a negative exp': () => ({ exp: -1 }),
  'exp as a list': ({ now }) => ({ exp: [now() + 300] }),
  'exp equal to iat': ({ now }) => ({ iat: now(), exp: now() }),
  'a token that lives for a month': ({ now }) => ({ exp: now() + MONTH }),
})

const timeAhead = cases('J6 time ahead', {
  'nbf ahead': ({ now }) => ({ nbf: now() + 60 }),
  'nbf as text': ({ now }) => ({ nbf: String(now()) }),
  'iat ahead': ({ now }) => ({ iat: now() + 60, exp: now() + 300 }),
  'no iat': () => ({ iat: undefined }),
  'iat as text': ({ now }) => ({ iat: String(now()) }),
  'auth_time ahead': ({ now }) => ({ auth_time: now() + 60 }),
  'no auth_time': () => ({ auth_time: undefined }),
})

const parties = cases('J7 issuer and audience', {
  'another issuer': () => ({ iss: 'https://attacker.example' }),
  'no issuer': () => ({ iss: undefined }),
  'a list of issuers': ({ issuer }) => ({ iss: [issuer] }),
  'the issuer with a slash after it': ({ issuer }) => ({ iss: `${issuer}/` }),
  'the issuer in upper case': ({ issuer }) => ({ iss: issuer.toUpperCase() }),
  'an issuer that begins like ours': ({ issuer }) => ({ iss: `${issuer}.attacker.example` }),
  'another audience': () => ({ aud: 'another-platform' }),
  'no audience': () => ({ aud: undefined }),
  'an empty audience': () => ({ aud: '' }),
  'a list with our audience in it': ({ audience }) => ({ aud: ['another-platform', audience] }),
  'a list of our audience alone': ({ audience }) => ({ aud: [audience] }),
  'an empty list of audiences': () => ({ aud: [] }),
  'an audience that begins like ours': ({ audience }) => ({ aud: `${audience}-staging` }),
  'the audience in upper case': ({ audience }) => ({ aud: audience.toUpperCase() }),
  'no sub': () => ({ sub: undefined }),
  'an empty sub': () => ({ sub: '' }),
  'a number as sub': () => ({ sub: 1 }),
  'a sub that is no user': ({ claims }) => ({ sub: claims().tid }),
  'a sid that is no session': ({ claims }) => ({ sid: claims().sub }),
  'a tid that is no workspace': ({ claims }) => ({ tid: claims().sub }),
  'a list of workspaces': ({ claims }) => ({ tid: [claims().tid] }),
  'a null tid': () => ({ tid: null }),
  'no client_id': () => ({ client_id: undefined }),
  'no jti': () => ({ jti: undefined }),
})

/** What this issuer also signs, or might: each must be good for its own purpose only. */
const otherKinds: Readonly<Record<string, (forge: TokenForge) => string>> = {
  'an ID token': (forge) =>
    forge.sign(forge.claims({ aud: 'console', nonce: 'n-0S6_WzA2Mj', ep: undefined }), {
      typ: 'JWT',
    }),
  'an ID token for our audience': (forge) =>
    forge.sign(forge.claims({ nonce: 'n' }), { typ: 'JWT' }),
  'a refresh token': (forge) => forge.sign(forge.claims(), { typ: 'rt+jwt' }),
  'an invitation': (forge) => forge.sign(forge.claims(), { typ: 'invitation+jwt' }),
  'an e-mail verification': (forge) => forge.sign(forge.claims(), { typ: 'email-verify+jwt' }),
  'a logout token': (forge) => forge.sign(forge.claims(), { typ: 'logout+jwt' }),
  'a security event': (forge) => forge.sign(forge.claims(), { typ: 'secevent+jwt' }),
  'a token without typ': (forge) => forge.sign(forge.claims(), { typ: undefined }),
  'typ AT+JWT': (forge) => forge.sign(forge.claims(), { typ: 'AT+JWT' }),
  'typ application/at+jwt, which this issuer never writes': (forge) =>
    forge.sign(forge.claims(), { typ: 'application/at+jwt' }),
  'a list of types': (forge) => forge.sign(forge.claims(), { typ: ['at+jwt', 'JWT'] }),
  'an opaque refresh token': () => Buffer.alloc(32, 7).toString('base64url'),
  'a client token with the session of a user': (forge) =>
    forge.sign(forge.serviceClaims({ sid: forge.claims().sid })),
  'a client token with a session epoch': (forge) =>
    forge.sign(forge.serviceClaims({ ep: { s: 0 } })),
  'a client token with an actor': (forge) =>
    forge.sign(forge.serviceClaims({ act: { sub: forge.claims().sub } })),
  'a client token in the name of a user': (forge) =>
    forge.sign(forge.serviceClaims({ sub: forge.claims().sub })),
}

const kinds: readonly HostileTokenCase[] = [
  ...Object.entries(otherKinds).map(([name, make]) => ({
    rule: 'J8 another kind of token' as const,
    name,
    make,
  })),
  ...cases('J8 another kind of token', {
    'a user token without a session': () => ({ sid: undefined }),
    'a user token without epochs': () => ({ ep: undefined }),
    'a user token without its session epoch': () => ({ ep: { m: 0 } }),
    'a workspace token without its membership epoch': () => ({ ep: { s: 0 } }),
    'a neutral token with a membership epoch': () => ({ tid: undefined }),
    'an epoch that nobody here understands': () => ({ ep: { s: 0, m: 0, k: 0 } }),
    'an epoch as text': () => ({ ep: { s: '0', m: 0 } }),
    'a negative epoch': () => ({ ep: { s: -1, m: 0 } }),
    'epochs as a list': () => ({ ep: [0, 0] }),
    'amr as text': () => ({ amr: 'pwd' }),
    'an actor without a sub': () => ({ act: {} }),
    'an actor behind an actor': ({ claims }) => ({ act: { sub: claims().sub, act: { sub: 'x' } } }),
    'an actor as text': ({ claims }) => ({ act: claims().sub }),
  }),
]

const environments: readonly HostileTokenCase[] = [
  {
    rule: 'J12 another environment',
    name: 'a staging token, by its own issuer and key',
    make: (forge) =>
      forge.sign(
        forge.claims({ iss: 'https://staging.logicspike.example' }),
        {},
        forge.key('foreign'),
      ),
  },
  {
    rule: 'J12 another environment',
    name: 'a token of an environment that calls itself by our issuer',
    make: (forge) => forge.sign(forge.claims(), {}, forge.key('foreign')),
  },
  {
    rule: 'J12 another environment',
    name: 'a token of an environment that also uses our kid',
    make: (forge) =>
      forge.assemble(
        { json: forge.header() },
        { json: forge.claims() },
        signers.rs256(forge.key('foreign').privateKey),
      ),
  },
]

/** Groups J5–J8 and J12: what a well-signed token must not say. */
export const claimAttacks: readonly HostileTokenCase[] = [
  ...expiry,
  ...timeAhead,
  ...parties,
  ...kinds,
  ...environments,
]
