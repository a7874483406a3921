import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  type Configuration,
  type Grant,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { memoryAdapter } from './memory-adapter.ts'
import type { Person } from './person.ts'

export type Client = {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
}

/** An OpenID provider that behaves like Google where a relying party can tell. */
export function providerSettings(
  client: Client,
  findPerson: (sub: string) => Person | undefined,
): Configuration {
  return {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [...client.redirectUris],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Google puts the address into the ID token even though there is an access token as well.
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: { devInteractions: { enabled: false } },
    findAccount: async (_ctx, sub) => {
      const person = findPerson(sub)
      return person && { accountId: sub, claims: async () => ({ ...person }) }
    },
    interactions: { policy: choosingPolicy(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [newSigningKey()] },
    loadExistingGrant: grantAll,
    // As with Google, PKCE is the client's to ask for; once asked for, it is held to it.
    pkce: { required: () => false },
    renderError: async (ctx, { error, error_description }) => {
      ctx.type = 'text/plain'
      ctx.body = `${error}: ${error_description ?? ''}`
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
  }
}

/** Adds `prompt=select_account`, which Google knows. */
function choosingPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0)
  return policy
}

/** Nobody is asked to consent: tests and developers have nothing to decide there. */
async function grantAll({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, provider } = oidc
  if (!client || !session?.accountId) return undefined
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid email profile')
  await grant.save()
  return grant
}

function newSigningKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = randomBytes(8).toString('hex')
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
}
