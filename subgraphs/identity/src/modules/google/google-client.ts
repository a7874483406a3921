import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  type IDToken,
  ResponseBodyError,
} from 'openid-client'

export type GoogleSettings = {
  /** `https://accounts.google.com`, or any OpenID provider that takes its place. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Accepts an `http:` issuer: for providers on the developer's own machine. */
  readonly allowInsecureRequests?: boolean
}

/** What one trip to the provider is tied to. */
export type TripSecrets = {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** Whom the provider vouches for. */
export type GoogleIdentity = {
  readonly issuer: string
  readonly subject: string
  /** Null where the provider names none. */
  readonly email: string | null
  /** Only the boolean `true` counts; the text `true` is what a mistake looks like. */
  readonly emailVerified: boolean
  readonly name: string | null
}

export type GoogleClient = {
  readonly issuer: string
  /** @throws GoogleUnavailable */
  authorizationUrl(trip: TripSecrets): Promise<string>
  /**
   * Turns what the provider sent the browser back with into an identity.
   * @param query of the callback, with its question mark
   * @throws GoogleRefused where anything about it is not as it should be, GoogleUnavailable
   */
  redeem(query: string, trip: TripSecrets): Promise<GoogleIdentity>
}

/** The provider cannot be reached, or is not the one that is configured. */
export class GoogleUnavailable extends Error {
  override readonly name = 'GoogleUnavailable'
}

/** The provider said no, or what came back does not hold. The cause is for the log. */
export class GoogleRefused extends Error {
  override readonly name = 'GoogleRefused'
}

const TIMEOUT_SECONDS = 10
const SCOPE = 'openid email profile'

/**
 * An OpenID Connect client for one provider. `state`, `nonce` and PKCE with S256 go with every
 * request, whatever the provider announces, and the ID token's signature is checked although it
 * comes over TLS (ASVS 6.8.2). The provider's metadata is read on first use, and kept.
 * @param redirectUri as registered with the provider; never derived from a request
 */
export function createGoogleClient(settings: GoogleSettings, redirectUri: string): GoogleClient {
  let known: Promise<Configuration> | undefined

  function configuration(): Promise<Configuration> {
    known ??= discover(settings).catch((cause: unknown) => {
      known = undefined
      throw new GoogleUnavailable('The metadata of the provider could not be read.', { cause })
    })
    return known
  }

  return {
    issuer: settings.issuer,
    async authorizationUrl({ state, nonce, codeVerifier }) {
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        prompt: 'select_account',
      })
      return url.href
    },
    async redeem(query, { state, nonce, codeVerifier }) {
      const config = await configuration()
      const callback = new URL(redirectUri)
      callback.search = query
      try {
        const tokens = await authorizationCodeGrant(config, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        })
        return identityOf(tokens.claims())
      } catch (error) {
        throw asOurs(error)
      }
    },
  }
}

function discover(settings: GoogleSettings): Promise<Configuration> {
  const insecure = settings.allowInsecureRequests ? [allowInsecureRequests] : []
  return discovery(
    new URL(settings.issuer),
    settings.clientId,
    { client_secret: settings.clientSecret, id_token_signed_response_alg: 'RS256' },
    undefined,
    { execute: [enableNonRepudiationChecks, ...insecure], timeout: TIMEOUT_SECONDS },
  )
}

/** OpenID Connect Core §2: at most 255 ASCII characters; ones that show, to be safe in a row. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/

function identityOf(claims: IDToken | undefined): GoogleIdentity {
  if (!claims) throw new GoogleRefused('The provider sent no ID token.')
  const { iss, sub, email, email_verified, name } = claims
  if (!SUBJECT.test(sub)) throw new GoogleRefused('The subject is none.')
  return {
    issuer: iss,
    subject: sub,
    email: typeof email === 'string' ? email : null,
    emailVerified: email_verified === true,
    name: typeof name === 'string' ? name : null,
  }
}

function asOurs(error: unknown): Error {
  if (error instanceof GoogleRefused) return error
  return isRefusal(error)
    ? new GoogleRefused('What came back from the provider does not hold.', { cause: error })
    : new GoogleUnavailable('The provider did not answer.', { cause: error })
}

/** Codes of the library for answers that never came or were no answers. */
const NO_ANSWER: ReadonlySet<string | undefined> = new Set([
  undefined,
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
])

function isRefusal(error: unknown): boolean {
  if (error instanceof AuthorizationResponseError) return true
  if (error instanceof ResponseBodyError) return error.status < 500
  return error instanceof ClientError && !NO_ANSWER.has(error.code)
}
