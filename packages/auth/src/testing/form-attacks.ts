import type { HostileTokenCase } from './hostile-tokens.ts'
import { encodePart, type Part, signers } from './raw-token.ts'
import type { TokenForge } from './token-forge.ts'

/** These parts, signed by the right key: only the form is wrong. */
function wellSigned(forge: TokenForge, parts: { header?: Part; payload?: Part }): string {
  return forge.assemble(
    parts.header ?? { json: forge.header() },
    parts.payload ?? { json: forge.claims() },
    signers.rs256(forge.key('current').privateKey),
  )
}

/** A good token's three segments. */
function segments(forge: TokenForge): [header: string, payload: string, signature: string] {
  const [header = '', payload = '', signature = ''] = forge.sign().split('.')
  return [header, payload, signature]
}

const headerText = (forge: TokenForge) => JSON.stringify(forge.header())
const claimsText = (forge: TokenForge) => JSON.stringify(forge.claims())

/** The text of an object with one more member in front of its others. */
const prepend = (text: string, member: string) => `{${member},${text.slice(1)}`

/** A JWS in JSON (RFC 7515 §7.2), as text in place of a compact token. */
const inJson: Readonly<Record<string, (forge: TokenForge) => string>> = {
  'the flattened JSON serialisation': (forge) => {
    const [header, payload, signature] = segments(forge)
    return JSON.stringify({ protected: header, payload, signature })
  },
  'the general JSON serialisation': (forge) => {
    const [header, payload, signature] = segments(forge)
    return JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
  },
}

const headers: Readonly<Record<string, (forge: TokenForge) => string>> = {
  'an unknown critical extension': (forge) =>
    forge.sign(forge.claims(), { crit: ['tenant'], tenant: 'all' }),
  'an empty list of critical extensions': (forge) => forge.sign(forge.claims(), { crit: [] }),
  'a payload that is not encoded (b64 false)': (forge) => {
    const header = encodePart({ json: forge.header({ b64: false, crit: ['b64'] }) })
    const payload = claimsText(forge)
    const signer = signers.rs256(forge.key('current').privateKey)
    return `${header}.${payload}.${signer(`${header}.${payload}`).toString('base64url')}`
  },
  'b64 true, said to be critical': (forge) =>
    forge.sign(forge.claims(), { b64: true, crit: ['b64'] }),
  'a compressed payload': (forge) => forge.sign(forge.claims(), { zip: 'DEF' }),
  'a nested token': (forge) =>
    wellSigned(forge, {
      header: { json: forge.header({ cty: 'JWT' }) },
      payload: { text: forge.sign() },
    }),
  'alg given twice in the header': (forge) =>
    wellSigned(forge, { header: { text: prepend(headerText(forge), '"alg":"none"') } }),
  'kid given twice in the header': (forge) =>
    wellSigned(forge, { header: { text: prepend(headerText(forge), '"kid":"other"') } }),
  'a header that is a list': (forge) => wellSigned(forge, { header: { json: [forge.header()] } }),
  'a header that is null': (forge) => wellSigned(forge, { header: { json: null } }),
  'a header that is no JSON': (forge) => wellSigned(forge, { header: { text: '{alg:RS256}' } }),
}

const payloads: Readonly<Record<string, (forge: TokenForge) => Part>> = {
  'a claim given twice, the good one last': (forge) => ({
    text: prepend(claimsText(forge), '"scope":"tenancy:workspace.delete"'),
  }),
  'exp given twice, the later one last': (forge) => ({
    text: claimsText(forge).replace(/}$/, `,"exp":${forge.now() + 320}}`),
  }),
  'a claim given twice, once in disguise': (forge) => ({
    text: prepend(claimsText(forge), '"s\\u0063ope":"tenancy:workspace.delete"'),
  }),
  'exp as a number with an exponent': (forge) => ({
    text: claimsText(forge).replace(/"exp":(\d+)\d{2}/, '"exp":$1e2'),
  }),
  'exp as a number beyond all numbers': (forge) => ({
    text: claimsText(forge).replace(/"exp":\d+/, '"exp":1e999'),
  }),
  'a byte that is not UTF-8': (forge) => ({
    bytes: Buffer.concat([
      Buffer.from(prepend(claimsText(forge), '"note":"').slice(0, 9)),
      Buffer.from([0xff]),
      Buffer.from(`",${claimsText(forge).slice(1)}`),
    ]),
  }),
  'a byte order mark': (forge) => ({ text: `\ufeff${claimsText(forge)}` }),
  'claims in a list': (forge) => ({ json: [forge.claims()] }),
  'claims that are null': () => ({ json: null }),
  'claims that are a text': () => ({ json: 'let me in' }),
  'claims that are no JSON': () => ({ text: 'sub=me' }),
  'claims nested 2,000 deep': () => ({ text: '['.repeat(2_000) + ']'.repeat(2_000) }),
  'no claims': () => ({ json: {} }),
}

const texts: Readonly<Record<string, (forge: TokenForge) => string>> = {
  'an empty text': () => '',
  'a text of dots': () => '..',
  'a token of 1 MB': (forge) => forge.sign(forge.claims({ note: 'x'.repeat(750_000) })),
  'a token just over 8 KB': (forge) => forge.sign(forge.claims({ note: 'x'.repeat(6_000) })),
  'only two segments': (forge) => segments(forge).slice(0, 2).join('.'),
  'four segments': (forge) => `${forge.sign()}.${segments(forge)[2]}`,
  'five segments, like an encrypted token': (forge) => [...segments(forge), 'a', 'b'].join('.'),
  'base64 padding': (forge) => `${forge.sign()}==`,
  'the other base64 alphabet': (forge) => {
    const [header, payload, signature] = segments(forge)
    return `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+`
  },
  'spare bits in the last character': (forge) => {
    const token = forge.sign()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) + 1)
  },
  'a space inside': (forge) => segments(forge).join('. '),
  'a line break inside': (forge) => segments(forge).join('.\n'),
  'a NUL inside': (forge) => segments(forge).join('.\u0000'),
  'claims changed after signing': (forge) => {
    const [header, , signature] = segments(forge)
    const claims = forge.claims({ scope: 'tenancy:workspace.delete' })
    return `${header}.${encodePart({ json: claims })}.${signature}`
  },
}

const named = (table: Readonly<Record<string, (forge: TokenForge) => string>>) =>
  Object.entries(table).map(([name, make]): HostileTokenCase => ({ rule: 'J11 form', name, make }))

/** Group J11: texts that some parser might take for a token. */
export const formAttacks: readonly HostileTokenCase[] = [
  ...named(inJson),
  ...named(headers),
  ...Object.entries(payloads).map(
    ([name, payload]): HostileTokenCase => ({
      rule: 'J11 form',
      name,
      make: (forge) => wellSigned(forge, { payload: payload(forge) }),
    }),
  ),
  ...named(texts),
]
