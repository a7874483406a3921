import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gatewayEnvironment } from './environment.ts'

/** Bytes. */
export type Memory = { readonly rss: number; readonly heapUsed: number }

export type GatewayProcess = {
  readonly port: number
  /** What it holds after a garbage collection. */
  memory(): Promise<Memory>
  /** Asks it to end, and resolves with its status once it has. */
  stop(): Promise<number | null>
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/**
 * A gateway as a process of its own on a composed file, at a free port. Resolves once it listens.
 * @throws Error where it ends before that
 */
export async function startGatewayProcess(supergraphFile: string): Promise<GatewayProcess> {
  const child = spawn(
    process.execPath,
    [
      ...['--expose-gc', '--import', here('report-memory.ts'), here('../src/serve.ts')],
      ...['--supergraph', supergraphFile, '--port', '0', '--host', '0.0.0.0'],
    ],
    { env: gatewayEnvironment(), stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  )
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const port = Number(/http:\/\/localhost:(\d+)/.exec(line)?.[1])
    if (!port) continue
    child.stdout.resume()
    return {
      port,
      async memory() {
        child.send('memory')
        const [memory] = await once(child, 'message')
        return memory as Memory
      },
      async stop() {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        const [status] = await ended
        return status
      },
    }
  }
  throw new Error('the gateway ended before it listened')
}
