import { hash } from 'node:crypto'
import type { Clock, TokenVerifier } from '@logicspike/auth'
import { AppError, unauthenticated, upstreamUnavailable } from '@logicspike/errors'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../plugins/use-access-token.ts'

/** What a key may be bound to. */
export type KeyUse = {
  /** The page that sent the request, `scheme://host[:port]`, as its browser says. */
  readonly origin: string | null
  /** For limits on guessing. A token is used again for the same key and origin from anywhere. */
  readonly clientIp: string
}

/**
 * Turns an API key into a short-lived access token of its owner's (RFC 8693).
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (a domain that the key is not for), RATE_LIMITED
 */
export type ExchangeApiKey = (key: string, use: KeyUse) => Promise<string>

export type ApiKeys = {
  /** @param verify what looks at the token, as at any. @throws AppError */
  identify(key: string, use: KeyUse, verify: TokenVerifier['verify']): Promise<Caller>
}

type Options = { readonly exchange: ExchangeApiKey | undefined; readonly clock: Clock }

const MOST_KNOWN = 10_000
/** A token is not used in its last seconds, so that it holds as long as a request takes. */
const LAST_SECONDS = 30

/**
 * Keeps what keys were exchanged for until shortly before it ends, by their hashes alone: no key is
 * found in a heap dump. A token that no longer holds is exchanged anew, once, so that what was changed about the
 * key counts at the next request.
 */
export function createApiKeys({ exchange, clock }: Options): ApiKeys {
  const known = new LRUCache<string, { token: string; until: number }>({ max: MOST_KNOWN })
  const underWay = new Map<string, ReturnType<ApiKeys['identify']>>()

  /** One exchange for all who present a key at once: it is under way until it is remembered. */
  function exchangeOnce(
    id: string,
    ...[key, use, verify]: Parameters<ApiKeys['identify']>
  ): ReturnType<ApiKeys['identify']> {
    const running = underWay.get(id)
    if (running) return running
    if (!exchange) throw unauthenticated('API keys are not taken here')
    const asked = exchange(key, use)
      .catch((error: unknown) => {
        if (error instanceof AppError) throw error
        throw upstreamUnavailable('an API key cannot be exchanged', error)
      })
      .then(async (accessToken) => {
        const principal = await verify(accessToken)
        known.set(id, { token: accessToken, until: principal.expiresAt - LAST_SECONDS })
        return { principal, accessToken }
      })
      .finally(() => underWay.delete(id))
    underWay.set(id, asked)
    return asked
  }

  function knownToken(id: string): string | null {
    const entry = known.get(id)
    return entry && entry.until > clock.now().getTime() / 1_000 ? entry.token : null
  }

  return {
    async identify(key, use, verify) {
      const id = hash('sha256', JSON.stringify([key, use.origin]))
      const remembered = knownToken(id)
      const principal = remembered && (await verify(remembered).catch(() => null))
      if (principal) return { principal, accessToken: remembered }
      known.delete(id)
      return exchangeOnce(id, key, use, verify)
    },
  }
}
