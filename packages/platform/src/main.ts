import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EnvironmentError } from '@logicspike/environment'
import { banner } from './banner.ts'
import { createDemoWorkspace } from './demo-workspace.ts'
import { readEnvironment, type StandaloneEnvironment } from './environment.ts'
import { type Standalone, startStandalone } from './start-standalone.ts'

const say = (text: string) => void process.stdout.write(`${text}\n`)

async function main(): Promise<void> {
  const environment = readEnvironment()
  refuseProduction(environment)
  const began = Date.now()
  const platform = await startStandalone({
    port: environment.PORT,
    host: environment.HOST,
    dataDir: environment.DATA_DIR,
    logLevel: environment.LOG_LEVEL,
    consoleUrl: environment.CONSOLE_URL,
    observability: environment,
    localGoogle: environment.LOCAL_GOOGLE,
    servicesFile: environment.SERVICES_FILE,
    onProgress: (step) => say(`  starting ${step} …`),
  })
  stopOnSignal(platform)
  await provideDemo(platform, environment.DATA_DIR)
  say(banner(platform, (Date.now() - began) / 1000))
}

/** One process with its database in a folder is for development; services are for production. */
function refuseProduction({ NODE_ENV }: StandaloneEnvironment): void {
  if (NODE_ENV !== 'production') return
  throw new EnvironmentError(
    'npm start runs a platform for development. In production start the services: see README.md.',
  )
}

/** At the first start only: afterwards the demo is the developer's to change or delete. */
async function provideDemo(platform: Standalone, dataDir: string): Promise<void> {
  const marker = join(dataDir, 'demo-created')
  const exists = await access(marker).then(
    () => true,
    () => false,
  )
  if (exists) return
  say('  creating the demo workspace …')
  await createDemoWorkspace(platform, platform.secrets.demoPassword)
  await writeFile(marker, '')
}

function stopOnSignal(platform: Standalone): void {
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    say('stopping …')
    platform.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

function fail(error: unknown): never {
  const busy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  const advice = busy
    ? 'The port is taken. Stop the other program, or choose a port: PORT=4010 npm start'
    : error instanceof EnvironmentError
      ? error.message
      : error
  process.stderr.write(`${advice instanceof Error ? advice.stack : String(advice)}\n`)
  process.exit(1)
}

main().catch(fail)
