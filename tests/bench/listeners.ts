import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Heard, ListenersTask } from './listeners-process.ts'

export type Listeners = {
  heard(): Promise<Heard>
  stop(): Promise<void>
}

/** Starts a process of listeners; resolves once all of them listen, or are about to catch up. */
export async function startListeners(task: ListenersTask): Promise<Listeners> {
  const path = fileURLToPath(new URL('listeners-process.ts', import.meta.url))
  const child = fork(path, { env: { ...process.env, TASK: JSON.stringify(task) } })
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`listeners ended with code ${code}`)
    }),
  ])
  return {
    async heard() {
      const answer = once(child, 'message')
      child.send('heard')
      const [heard] = await answer
      return heard as Heard
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
