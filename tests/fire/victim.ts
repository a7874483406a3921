import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process that is killed without warning and started again. */
export type Victim = {
  readonly name: string
  /** SIGKILL, then a new process; resolves once that one is ready. */
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

/**
 * Runs a module of this folder as a process; it says `ready` by IPC, and ends on SIGTERM.
 * @param task what it reads as JSON from `TASK`
 */
export async function startVictim(module: string, task: object, name: string): Promise<Victim> {
  let child = await startModule(module, task)
  return {
    name,
    async killAndRestart() {
      await end(child, 'SIGKILL')
      child = await startModule(module, task)
    },
    stop: () => end(child, 'SIGTERM'),
  }
}

async function startModule(module: string, task: object): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(module, import.meta.url))
  const child = fork(path, {
    env: { ...process.env, TASK: JSON.stringify(task) },
    // Jest runs with flags that are its own.
    execArgv: [],
    stdio: 'inherit',
  })
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', (code) => reject(new Error(`${module} ended with code ${code}`)))
  })
  return child
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}
