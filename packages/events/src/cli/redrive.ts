/**
 * DATABASE_URL=… node packages/events/src/cli/redrive.ts <service> list|redrive|drop [--consumer <name>] [--event <id>]
 *
 * Shows the events that consumers of a service gave up on, lets the consumer handle them again (it
 * does within seconds, wherever it runs), or gives them up for good.
 */
import { createOrm, forkFor } from '@logicspike/database'
import { EnvironmentError } from '@logicspike/environment'
import { createLogger } from '@logicspike/telemetry'
import { consumerEntities } from '../consumers/consumer-entities.ts'
import { parseRedriveArguments, RedriveUsage, runRedrive } from '../consumers/redrive-command.ts'
import { readRedriveEnvironment } from './environment.ts'

try {
  const request = parseRedriveArguments(process.argv.slice(2))
  const orm = await createOrm({
    service: request.service,
    entities: consumerEntities,
    migrations: [],
    url: readRedriveEnvironment().DATABASE_URL,
    log: createLogger({ name: 'redrive', level: 'warn' }),
    poolSize: 1,
  })
  try {
    const ctx = { em: forkFor(orm, {}), clock: { now: () => new Date() } }
    for (const line of await runRedrive(ctx, request)) process.stdout.write(`${line}\n`)
  } finally {
    await orm.close()
  }
} catch (error) {
  if (!(error instanceof RedriveUsage || error instanceof EnvironmentError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(2)
}
