import { newId } from '@logicspike/ids'

/** What a client may send as its own request id: short, and harmless in a log or header. */
const ACCEPTABLE = /^[A-Za-z0-9_.-]{8,64}$/

export function newRequestId(): string {
  return newId('request')
}

/** The client's id where it is well formed, a new one otherwise. */
export function acceptRequestId(offered: unknown): string {
  return typeof offered === 'string' && ACCEPTABLE.test(offered) ? offered : newRequestId()
}
