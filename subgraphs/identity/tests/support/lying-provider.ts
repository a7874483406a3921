import { createServer, type IncomingMessage, type Server } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import type { GoogleSettings } from '../../src/modules/google/google-client.ts'

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

/** What a provider answers at its token endpoint, and says of itself; tests change it at will. */
export type Lies = {
  /** Makes the ID token; an honest one unless replaced. */
  idToken: (honest: JWTPayload) => Promise<string | undefined>
  /** Changes the metadata document. */
  metadata: (honest: Readonly<Record<string, unknown>>) => Record<string, unknown>
  /** Status of the token endpoint. */
  tokenStatus: number
  /** Keys that are published. */
  keys: JWK[]
}

export type LyingProvider = {
  readonly settings: GoogleSettings
  readonly lies: Lies
  /** Bodies of the requests at the token endpoint so far. */
  readonly requests: readonly URLSearchParams[]
  /** Nonce that an honest token repeats; taken from the authorization URL by the test. */
  nonce: string
  /** The claims of an honest token. */
  claims(): JWTPayload
  /** Signs with the provider's own key unless told otherwise. */
  sign(claims: Readonly<Record<string, unknown>>, options?: SignOptions): Promise<string>
  /** The key as it is published. */
  readonly publicJwk: JWK
  /** Takes all lies back. */
  honest(): void
  close(): Promise<void>
}

export type SignOptions = {
  readonly alg?: string
  readonly key?: KeyPair['privateKey'] | Uint8Array
  readonly kid?: string
}

const KID = 'the-key'
const clientSecret = 'a secret of at least thirty-two characters'

/** An OpenID provider that can be told to do everything wrong. It asks nobody to sign in. */
export async function startLyingProvider(): Promise<LyingProvider> {
  const pair = await generateKeyPair('RS256', { extractable: true })
  const publicJwk: JWK = {
    ...(await exportJWK(pair.publicKey)),
    kid: KID,
    use: 'sig',
    alg: 'RS256',
  }
  const requests: URLSearchParams[] = []
  const server = createServer()
  const issuer = `http://localhost:${await listen(server)}`
  const lies = {} as Lies

  const provider: LyingProvider = {
    settings: { issuer, clientId: 'logicspike', clientSecret, allowInsecureRequests: true },
    lies,
    requests,
    nonce: '',
    publicJwk,
    claims: () => ({
      iss: issuer,
      aud: 'logicspike',
      sub: 'liar',
      nonce: provider.nonce,
      email: 'liar@example.com',
      email_verified: true,
      iat: now(),
      exp: now() + 300,
    }),
    sign: (claims, { alg = 'RS256', key = pair.privateKey, kid = KID } = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid }).sign(key),
    honest() {
      Object.assign(lies, {
        idToken: (honest: JWTPayload) => provider.sign(honest),
        metadata: (honest: Record<string, unknown>) => honest,
        tokenStatus: 200,
        keys: [publicJwk],
      })
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  provider.honest()

  async function answer(path: string, request: IncomingMessage): Promise<[number, unknown]> {
    if (path === '/.well-known/openid-configuration') return [200, lies.metadata(metadata(issuer))]
    if (path === '/jwks') return [200, { keys: lies.keys }]
    if (path !== '/token') return [404, {}]
    requests.push(new URLSearchParams(await readText(request)))
    if (lies.tokenStatus !== 200) return [lies.tokenStatus, { error: 'invalid_grant' }]
    const id_token = await lies.idToken(provider.claims())
    const tokens = { access_token: 'opaque', token_type: 'Bearer', expires_in: 60 }
    return [200, id_token === undefined ? tokens : { ...tokens, id_token }]
  }

  server.on('request', (request, response) => {
    answer(request.url ?? '', request).then(
      ([status, body]) =>
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(body)),
      () => response.writeHead(500).end(),
    )
  })
  return provider
}

const now = (): number => Math.floor(Date.now() / 1000)

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
})

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.')
  return address.port
}
