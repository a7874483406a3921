import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type Child<Message> = { readonly told: Message; stop(): Promise<void> }

/**
 * Runs a module of this folder as a process of its own, and waits for what it has to say first. What
 * is measured must not share a process with what measures it.
 */
export async function startChild<Message>(
  module: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Child<Message>> {
  const path = fileURLToPath(new URL(module, import.meta.url))
  const child = fork(path, { env: { ...process.env, ...environment }, stdio: 'inherit' })
  const told = await firstMessage<Message>(child, module)
  return {
    told,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

function firstMessage<Message>(child: ChildProcess, module: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Message))
    child.once('exit', (code) => reject(new Error(`${module} ended with code ${code}`)))
  })
}
