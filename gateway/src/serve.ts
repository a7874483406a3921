import { inspect } from 'node:util'
import { EnvironmentError } from '@logicspike/environment'
import { parseServeArguments, USAGE, UsageError } from './serve/arguments.ts'
import { readServeEnvironment } from './serve/environment.ts'
import { serveSupergraph } from './serve/serve-supergraph.ts'

/** Requests that run longer than this after the signal to end are cut. Milliseconds. */
const STOP_DEADLINE_MS = 10_000

async function run(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE)
    return
  }
  const options = parseServeArguments(args)
  const stopping = oneOfSignals('SIGTERM', 'SIGINT')
  const scheme = options.tls ? 'https' : 'http'
  const { gateway, port, observability } = await serveSupergraph(options, readServeEnvironment())
  process.stdout.write(`Serving ${options.supergraph} at ${scheme}://localhost:${port}/graphql\n`)
  await stopping
  setTimeout(() => gateway.cutConnections(), STOP_DEADLINE_MS).unref()
  await gateway.stop()
  await observability.close()
}

function oneOfSignals(...names: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    for (const name of names) process.once(name, () => resolve())
  })
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`)
  else
    process.stderr.write(`${error instanceof EnvironmentError ? error.message : inspect(error)}\n`)
  process.exit(1)
}
