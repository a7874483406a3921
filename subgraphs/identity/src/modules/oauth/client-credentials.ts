import { ok, type Result, refuse } from '@logicspike/errors'
import type { OauthForm } from './oauth-form.ts'
import { invalidClient, type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'

/** What a request says about its client; a public client has no secret. */
export type ClientCredentials = { readonly clientId: string; readonly secret: string | null }

/**
 * Reads client_secret_basic, client_secret_post or a bare client_id (RFC 6749 §2.3.1, §3.2.1). Using
 * two methods at once is refused, as §2.3 asks.
 */
export function readClientCredentials(
  authorization: string | undefined,
  form: OauthForm,
): Result<ClientCredentials, OauthRefusal> {
  const clientId = form.get('client_id')
  const secret = form.get('client_secret') ?? null
  if (authorization === undefined) {
    return clientId === undefined ? refuse(invalidClient()) : ok({ clientId, secret })
  }
  const basic = readBasic(authorization)
  if (!basic) return refuse(invalidClient())
  if (secret !== null || (clientId !== undefined && clientId !== basic.clientId)) {
    return refuse(oauthRefusal('invalid_request', 'The client is identified in two ways.'))
  }
  return ok(basic)
}

/** Both parts are form-encoded before they are joined (RFC 6749 §2.3.1). */
function readBasic(authorization: string): ClientCredentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  const text = encoded ? Buffer.from(encoded, 'base64').toString('utf8') : ''
  const split = text.indexOf(':')
  if (split < 1) return null
  const clientId = formDecode(text.slice(0, split))
  const secret = formDecode(text.slice(split + 1))
  return clientId && secret ? { clientId, secret } : null
}

function formDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}
