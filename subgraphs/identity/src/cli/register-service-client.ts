/**
 * node subgraphs/identity/src/cli/register-service-client.ts <service> <permission>…
 *
 * Registers a service as a client of `/oauth/token` and prints its id and secret; the secret is not
 * kept anywhere and cannot be shown again. Reads DATABASE_URL.
 */
import { createOrm, forkFor, inTransaction } from '@logicspike/database'
import { newId } from '@logicspike/ids'
import { randomToken } from '@logicspike/secrets'
import { createLogger, newRequestId } from '@logicspike/telemetry'
import identityDatabase from '../../mikro-orm.config.ts'
import { readDatabaseEnvironment } from '../environment.ts'
import { registerServiceClient } from '../modules/oauth/register-service-client.ts'

const [service, ...permissions] = process.argv.slice(2)
if (!service) {
  process.stderr.write('Usage: register-service-client <service> <permission>…\n')
  process.exit(2)
}
const environment = readDatabaseEnvironment()
const orm = await createOrm({
  ...identityDatabase,
  url: environment.DATABASE_URL,
  log: createLogger({ name: 'register-service-client', level: 'warn' }),
  poolSize: 1,
})
try {
  const ctx = {
    em: forkFor(orm, {}),
    clock: { now: () => new Date() },
    ids: newId,
    random: randomToken,
    actor: null,
    requestId: newRequestId(),
    clientIp: null,
    userAgent: null,
  }
  const result = await inTransaction(ctx, (tx) =>
    registerServiceClient(tx, { service, permissions }),
  )
  if (result.ok) {
    process.stdout.write(
      `client_id     ${result.value.clientId}\nclient_secret ${result.value.clientSecret}\n`,
    )
  } else {
    process.stderr.write(`${result.errors.map(({ message }) => message).join('\n')}\n`)
    process.exitCode = 1
  }
} finally {
  await orm.close()
}
