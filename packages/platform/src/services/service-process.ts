import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inheritedEnvironment } from '../environment.ts'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))

export type ServiceDefinition = {
  readonly name: string
  /** Entry point, relative to the repository. */
  readonly main: string
  readonly url: string
  readonly environment: Readonly<Record<string, string>>
}

/** A service as a process of its own. */
export type ServiceProcess = {
  readonly name: string
  readonly url: string
  readonly pid: number
  /** Resolves once it answers `/readyz`. @throws where it exits before */
  ready(): Promise<void>
  /** Asks it to drain and waits for its end; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** How long a service may take to become ready. Milliseconds. */
const READY_WITHIN_MS = 120_000

/** Starts a service with nothing in its environment but what it is given, and PATH and HOME. */
export function startServiceProcess(definition: ServiceDefinition): ServiceProcess {
  const { name, url } = definition
  const child = spawn(process.execPath, [definition.main], {
    cwd: repository,
    env: { ...inheritedEnvironment(), ...definition.environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    name,
    url,
    pid: child.pid ?? 0,
    ready: () => untilReady(definition, child),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return ended
    },
  }
}

async function untilReady({ name, url }: ServiceDefinition, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}.`)
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s.`)
}
