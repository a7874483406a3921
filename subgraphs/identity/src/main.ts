import { createGatewayKeyring } from '@logicspike/auth'
import { connectEventBus } from '@logicspike/events'
import { newId } from '@logicspike/ids'
import { createInternalClient, httpTransport } from '@logicspike/internal-api'
import { createMailTransport } from '@logicspike/mail'
import { createSecretBox } from '@logicspike/secrets'
import { endOnSignal } from '@logicspike/subgraph-server'
import { createLogger } from '@logicspike/telemetry'
import { createIdentityApp } from './app.ts'
import type { IdentityConfig } from './config.ts'
import { type IdentityEnvironment, readEnvironment } from './environment.ts'

/** Identity as a process of its own: environment, wiring, listening, and an orderly end. */
const environment = readEnvironment()
const log = createLogger({ name: 'identity', level: environment.LOG_LEVEL })
const [current, ...previous] = environment.SEALING_KEYS
if (!current) throw new TypeError('SEALING_KEYS holds no key.')

const internal = createInternalClient({
  tenancy: httpTransport({
    baseUrl: environment.TENANCY_URL,
    gatewayKey: environment.GATEWAY_KEY,
  }),
})
const events = connectEventBus(environment, log)
// Not awaited: without its database a service is not ready, but it lives and says so.
void events.tail.start()
const app = await createIdentityApp({
  databaseUrl: environment.DATABASE_URL,
  poolSize: environment.DATABASE_POOL_SIZE,
  config: configOf(environment),
  clock: { now: () => new Date() },
  ids: newId,
  secretBox: createSecretBox({ current, previous }),
  keyring: createGatewayKeyring(environment.ACCEPTED_GATEWAY_KEYS),
  internal,
  mailTransport: createMailTransport({ url: environment.MAIL_URL, from: environment.MAIL_FROM }),
  log,
  epochPollMs: environment.EPOCH_POLL_MS,
  events,
})

await app.start()
const port = await app.server.listen(environment.PORT, environment.HOST)
log.info({ port }, 'identity is listening')

endOnSignal(log, async () => {
  await app.close()
  await events.close()
  await internal.close()
})

function configOf(given: IdentityEnvironment): IdentityConfig {
  const { PUBLIC_URL, ISSUER, CONSOLE_URL, ALLOWED_ORIGINS, PASSKEY_DOMAIN } = given
  const consoleUrl = new URL(CONSOLE_URL)
  return {
    publicUrl: PUBLIC_URL,
    issuer: ISSUER,
    consoleUrl: CONSOLE_URL,
    allowedOrigins: ALLOWED_ORIGINS ?? [consoleUrl.origin, new URL(PUBLIC_URL).origin],
    relyingParty: {
      id: PASSKEY_DOMAIN ?? consoleUrl.hostname,
      name: 'LogicSpike',
      origins: [consoleUrl.origin],
    },
    ...googleOf(given),
  }
}

/** Plain HTTP to the provider is for a developer's machine only. */
function googleOf(given: IdentityEnvironment): Pick<IdentityConfig, 'google'> {
  const { GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GOOGLE_ISSUER: issuer, NODE_ENV } = given
  if (!GOOGLE_CLIENT_ID || !GOOGLE_CLIENT_SECRET) return {}
  const allowInsecureRequests = NODE_ENV !== 'production' && issuer.startsWith('http:')
  return {
    google: {
      issuer,
      clientId: GOOGLE_CLIENT_ID,
      clientSecret: GOOGLE_CLIENT_SECRET,
      allowInsecureRequests,
    },
  }
}
