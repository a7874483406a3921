/** `npm run start:services`: the platform as processes of its own, without containers. */
import { join, resolve } from 'node:path'
import { startEmbeddedPostgres } from '@logicspike/database'
import { createLogger } from '@logicspike/telemetry'
import { readEnvironment } from '../environment.ts'
import { readLocalSecrets } from '../local-secrets.ts'
import { provideDatabases } from '../provide-databases.ts'
import { startServices } from '../services/start-services.ts'
import { callers, subgraphNames } from '../wiring.ts'

const say = (text: string) => void process.stdout.write(`${text}\n`)
const { DATA_DIR, PORT, LOG_LEVEL, NATS_URL, SERVICES_FILE } = readEnvironment()
const log = createLogger({ name: 'platform', level: LOG_LEVEL })
const secrets = await readLocalSecrets(DATA_DIR, callers)
const postgres = await startEmbeddedPostgres({ dataDir: join(DATA_DIR, 'postgres'), log })

const databases = await provideDatabases({
  adminUrl: postgres.adminUrl,
  database: 'logicspike',
  passwords: secrets.databasePasswords,
  log,
})
// From here on a signal ends in order whatever has been started: services first, then the database.
const starting = startServices({
  databases,
  gatewayKeys: secrets.gatewayKeys,
  sealingKey: secrets.sealingKey,
  mailDir: join(DATA_DIR, 'mail'),
  logLevel: LOG_LEVEL,
  port: PORT,
  subgraphPort: PORT + 101,
  natsUrl: NATS_URL,
  ...(SERVICES_FILE && { gatewayEnvironment: { SERVICES_FILE: resolve(SERVICES_FILE) } }),
})
async function stop(): Promise<void> {
  say('stopping …')
  const services = await starting.catch(() => null)
  await services?.stop()
  await postgres.stop()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

try {
  const services = await starting
  for (const service of ['gateway', ...subgraphNames, 'events'] as const) {
    const { name, url, pid } = services.process(service)
    say(`  ${name.padEnd(14)}${url}  (process ${pid})`)
  }
  say(`Mails are kept in ${join(DATA_DIR, 'mail')}. Ctrl-C stops all.`)
} catch (error) {
  await postgres.stop()
  throw error
}
