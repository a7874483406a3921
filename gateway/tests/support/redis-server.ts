import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reservePort } from '@logicspike/ports'

export type RedisServer = {
  readonly url: string
  /** It forgets nothing: every change is on disk before it is answered. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it for good, and removes its data. */
  close(): Promise<void>
}

/** A real Redis on a free port, running already. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'))
  const port = await reservePort()
  let server: ChildProcess | null = null

  async function start(): Promise<void> {
    const child = spawn(
      'redis-server',
      ['--port', String(port), '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await new Promise<void>((ready) => {
      child.stdout.on('data', (chunk) => {
        if (String(chunk).includes('Ready to accept connections')) ready()
      })
    })
    server = child
  }

  async function stop(): Promise<void> {
    if (!server) return
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    server = null
    await ended
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    async close() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
