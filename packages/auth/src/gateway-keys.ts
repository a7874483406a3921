import { timingSafeEqual } from 'node:crypto'
import { randomToken, sha256 } from '@logicspike/secrets'
import { isServiceName } from './permissions/permission.ts'

/** The header that proves which service makes a call inside the platform. */
export const GATEWAY_KEY_HEADER = 'x-gateway-key'

/** What a receiver keeps of a key: enough to recognise it, useless to whoever reads it. */
export type GatewayKeyRecord = {
  readonly caller: string
  /** SHA-256 in hex of the whole header value, caller included. */
  readonly sha256: string
}

export type GatewayKeyring = {
  /**
   * @param header the value of `x-gateway-key` as the HTTP server gives it
   * @returns the calling service, or null for anything that is not one of the keys
   */
  verify(header: string | readonly string[] | undefined): string | null
}

/** During a rotation the new key and the old one are both good. */
const KEYS_PER_CALLER = 2

/** Longer values are not looked at. */
const MAX_HEADER_LENGTH = 200

/**
 * A new key for a calling service.
 * @returns `value` for the caller's environment (`gateway.AbC…`, 256 random bits; a secret, never
 * logged) and `sha256` for the receivers'
 * @throws TypeError where `caller` is no service name
 */
export function createGatewayKey(caller: string): { value: string; sha256: string } {
  if (!isServiceName(caller)) throw new TypeError(`"${caller}" is no service name.`)
  const value = `${caller}.${randomToken()}`
  return { value, sha256: sha256(value) }
}

/**
 * Recognises the keys of calling services. The digest covers the caller's name, so a secret copied
 * behind another name matches nothing. Digests of random 256-bit keys need no slow hash.
 * @throws TypeError for a malformed record, a key listed twice, or more than two of one caller
 */
export function createGatewayKeyring(records: readonly GatewayKeyRecord[]): GatewayKeyring {
  const keys = records.map(checkRecord)
  checkCounts(records)
  return {
    verify(header) {
      if (typeof header !== 'string' || header.length > MAX_HEADER_LENGTH) return null
      const presented = Buffer.from(sha256(header), 'hex')
      // Every key is compared, whichever matches, so that time tells nothing about which did.
      const matches = keys.filter(({ digest }) => timingSafeEqual(digest, presented))
      const caller = matches[0]?.caller ?? null
      return caller !== null && header.startsWith(`${caller}.`) ? caller : null
    },
  }
}

function checkRecord({ caller, sha256: digest }: GatewayKeyRecord) {
  if (!isServiceName(caller)) throw new TypeError(`"${caller}" is no service name.`)
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new TypeError(`The key of ${caller} is no SHA-256.`)
  return { caller, digest: Buffer.from(digest, 'hex') }
}

function checkCounts(records: readonly GatewayKeyRecord[]): void {
  const byCaller = Map.groupBy(records, ({ caller }) => caller)
  for (const [caller, keys] of byCaller) {
    if (keys.length > KEYS_PER_CALLER) throw new TypeError(`${caller} has more than two keys.`)
  }
  if (new Set(records.map((record) => record.sha256)).size !== records.length) {
    throw new TypeError('A key is listed twice.')
  }
}
