import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** One service as a process of its own. */
export type ServiceCommand = {
  readonly name: string
  /** The program's main file. */
  readonly main: string
  /** All it gets to know: nothing of this process's environment is passed on. */
  readonly environment: Readonly<Record<string, string>>
}

export type ServiceProcesses = {
  /** Settles with the name of the first service that ends by itself. */
  readonly firstToEnd: Promise<string>
  /** Asks every service to drain and waits until all have ended. */
  stop(): Promise<void>
}

/**
 * Starts the services on the Node that runs this program.
 * @param onLine told of each line a service prints
 */
export function startProcesses(
  services: readonly ServiceCommand[],
  onLine: (name: string, line: string) => void,
): ServiceProcesses {
  const running = services.map((service) => startProcess(service, onLine))
  return {
    firstToEnd: Promise.race(running.map(({ name, ended }) => ended.then(() => name))),
    async stop() {
      for (const { child } of running) child.kill('SIGTERM')
      await Promise.all(running.map(({ ended }) => ended))
    },
  }
}

function startProcess(
  { name, main, environment }: ServiceCommand,
  onLine: (name: string, line: string) => void,
) {
  const child = spawn(process.execPath, [main], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches the whole process group; only this process decides when services drain.
    detached: true,
  })
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => onLine(name, line))
  }
  return { name, child, ended: end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  await once(child, 'close')
}
