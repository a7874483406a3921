import type { IdentityTestApp } from './identity-test-app.ts'

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
export const REFRESH_TOKEN = 'urn:ietf:params:oauth:token-type:refresh_token'

/** The platform's own apps: public clients. */
export const APP = 'logicspike-app'
export const WEB = 'logicspike-web'

type Form = Readonly<Record<string, string>> | string
type Headers = Readonly<Record<string, string>>

/** A form-encoded POST as the gateway passes it on. */
export async function post(app: IdentityTestApp, url: string, form: Form, headers: Headers = {}) {
  const response = await app.app.server.http.inject({
    method: 'POST',
    url,
    headers: {
      'x-gateway-key': app.gatewayKey,
      'x-client-ip': '203.0.113.7',
      'user-agent': 'an app',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    payload: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  })
  return { status: response.statusCode, headers: response.headers, body: parse(response.body) }
}

export const askForToken = (app: IdentityTestApp, form: Form, headers?: Headers) =>
  post(app, '/oauth/token', form, headers)

/** client_secret_basic; both parts are form-encoded first (RFC 6749 §2.3.1). */
export const basic = (clientId: string, secret: string): Headers => ({
  authorization: `Basic ${Buffer.from(
    `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`,
  ).toString('base64')}`,
})

function parse(body: string): Record<string, unknown> {
  return body === '' ? {} : JSON.parse(body)
}
