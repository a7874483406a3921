/**
 * node packages/database/src/cli/create-migration.ts <service> <name>
 *
 * Writes `subgraphs/<service>/migrations/<timestamp>.<name>.ts` from the entities listed in
 * `subgraphs/<service>/mikro-orm.config.ts`, whose default export is a ServiceDatabase.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createLogger } from '@logicspike/telemetry'
import { createMigration } from '../create-migration.ts'
import type { ServiceDatabase } from '../service-database.ts'

const [service, name] = process.argv.slice(2)
if (!service || !name) {
  process.stderr.write('Usage: create-migration <service> <name-of-the-change>\n')
  process.exit(2)
}
const root = resolve(import.meta.dirname, '../../../../subgraphs', service)
const config: { default: ServiceDatabase } = await import(
  pathToFileURL(resolve(root, 'mikro-orm.config.ts')).href
)
const file = await createMigration({
  database: config.default,
  name,
  directory: resolve(root, 'migrations'),
  now: new Date(),
  log: createLogger({ name: 'create-migration', level: 'warn' }),
})
process.stdout.write(
  file
    ? `${file}\nAdd its class to the end of "migrations" in mikro-orm.config.ts.\n`
    : 'The migrations already give what the entities say.\n',
)
