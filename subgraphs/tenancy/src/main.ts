import { createGatewayKeyring } from '@logicspike/auth'
import { newId } from '@logicspike/ids'
import { createInternalClient, httpTransport } from '@logicspike/internal-api'
import { createMailTransport } from '@logicspike/mail'
import { createSecretBox } from '@logicspike/secrets'
import { endOnSignal } from '@logicspike/subgraph-server'
import { createLogger } from '@logicspike/telemetry'
import { createTenancyApp } from './app.ts'
import { readEnvironment } from './environment.ts'

/** Tenancy as a process of its own: environment, wiring, listening, and an orderly end. */
const environment = readEnvironment()
const log = createLogger({ name: 'tenancy', level: environment.LOG_LEVEL })
const [current, ...previous] = environment.SEALING_KEYS
if (!current) throw new TypeError('SEALING_KEYS holds no key.')

const internal = createInternalClient({
  identity: httpTransport({
    baseUrl: environment.IDENTITY_URL,
    gatewayKey: environment.GATEWAY_KEY,
  }),
})
const app = await createTenancyApp({
  databaseUrl: environment.DATABASE_URL,
  poolSize: environment.DATABASE_POOL_SIZE,
  config: {
    issuer: environment.ISSUER,
    consoleUrl: environment.CONSOLE_URL,
    limits: {
      workspacesPerUser: environment.WORKSPACES_PER_USER,
      customRolesPerWorkspace: environment.CUSTOM_ROLES_PER_WORKSPACE,
      graceDays: environment.GRACE_DAYS,
      slugHoldDays: environment.SLUG_HOLD_DAYS,
      membersPerWorkspace: environment.MEMBERS_PER_WORKSPACE,
      invitationDays: environment.INVITATION_DAYS,
      invitationsPerHour: environment.INVITATIONS_PER_HOUR,
      invitationsPerRecipientDay: environment.INVITATIONS_PER_RECIPIENT_DAY,
      lettersPerRecipientDay: environment.LETTERS_PER_RECIPIENT_DAY,
    },
  },
  clock: { now: () => new Date() },
  ids: newId,
  secretBox: createSecretBox({ current, previous }),
  keyring: createGatewayKeyring(environment.ACCEPTED_GATEWAY_KEYS),
  internal,
  mailTransport: createMailTransport({ url: environment.MAIL_URL, from: environment.MAIL_FROM }),
  log,
  epochPollMs: environment.EPOCH_POLL_MS,
})

const port = await app.server.listen(environment.PORT, environment.HOST)
await app.start()
log.info({ port }, 'tenancy is listening')

endOnSignal(log, async () => {
  await app.close()
  await internal.close()
})
