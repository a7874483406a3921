import { createLogger } from '@logicspike/telemetry'
import { createSequencerProcess } from './sequencer/create-sequencer-process.ts'
import { readEnvironment } from './sequencer/environment.ts'

/** The sequencer as a process of its own. Run two: the second waits until the first is gone. */
const environment = readEnvironment()
const log = createLogger({ name: 'events-sequencer', level: environment.LOG_LEVEL })
const it = createSequencerProcess(environment, log)
const port = await it.start()
log.info({ port }, 'the sequencer is listening')

const end = (signal: NodeJS.Signals) => {
  log.info({ signal }, 'draining')
  it.stop().catch((error: unknown) => {
    log.error({ err: error }, 'could not end in order')
    process.exitCode = 1
  })
}
process.once('SIGTERM', end)
process.once('SIGINT', end)
