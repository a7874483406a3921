/**
 * The services as they run in production, each a process of its own that talks HTTP, without
 * containers: `npm run start:services`.
 */
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@logicspike/database'
import { createLogger } from '@logicspike/telemetry'
import { type LocalSecrets, readLocalSecrets } from '../local-secrets.ts'
import { provideDatabases } from '../provide-databases.ts'
import { callers } from '../wiring.ts'
import { readServicesEnvironment, type ServicesEnvironment } from './environment.ts'
import { type ServicePlan, serviceCommands } from './service-commands.ts'
import { startProcesses } from './service-processes.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(environment: ServicesEnvironment): Promise<void> {
  const log = createLogger({ name: 'services', level: environment.LOG_LEVEL })
  const secrets = await readLocalSecrets(environment.DATA_DIR, callers)
  await using database = await provideServer(environment, log)
  const databases = await provideDatabases({
    adminUrl: database.adminUrl,
    database: 'logicspike',
    passwords: secrets.databasePasswords,
    log,
  })
  const plan = planOf(environment, secrets, databases)
  const processes = startProcesses(serviceCommands(plan), (name, line) => say(`${name} | ${line}`))
  say(`GraphQL at http://localhost:${environment.PORT}/graphql once all are ready.`)
  say(`Mails go to ${environment.SMTP_URL}.`)

  const ended = await Promise.race([processes.firstToEnd, untilSignal()])
  if (ended !== null) process.exitCode = 1
  say(ended === null ? 'stopping …' : `${ended} ended by itself; stopping the others …`)
  await processes.stop()
}

type Server = { readonly adminUrl: string } & AsyncDisposable

/** The PostgreSQL of `ADMIN_DATABASE_URL`, or an embedded one that ends with this program. */
async function provideServer(
  { ADMIN_DATABASE_URL, DATA_DIR }: ServicesEnvironment,
  log: Parameters<typeof startEmbeddedPostgres>[0]['log'],
): Promise<Server> {
  if (ADMIN_DATABASE_URL !== undefined) {
    return { adminUrl: ADMIN_DATABASE_URL, async [Symbol.asyncDispose]() {} }
  }
  const { adminUrl, stop } = await startEmbeddedPostgres({
    dataDir: join(DATA_DIR, 'postgres'),
    log,
  })
  return { adminUrl, [Symbol.asyncDispose]: stop }
}

const planOf = (
  environment: ServicesEnvironment,
  { gatewayKeys, sealingKey }: LocalSecrets,
  databases: ServicePlan['databases'],
): ServicePlan => ({
  ports: {
    gateway: environment.PORT,
    identity: environment.IDENTITY_PORT,
    tenancy: environment.TENANCY_PORT,
  },
  host: environment.HOST,
  databases,
  gatewayKeys: {
    gateway: gatewayKeys.gateway ?? '',
    identity: gatewayKeys.identity ?? '',
    tenancy: gatewayKeys.tenancy ?? '',
  },
  sealingKey,
  smtpUrl: environment.SMTP_URL,
  logLevel: environment.LOG_LEVEL,
})

function untilSignal(): Promise<null> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(null))
  })
}

await main(readServicesEnvironment())
