import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { reservePort } from '@logicspike/ports'

export type TestNats = {
  readonly url: string
  /** SIGKILL: what was not on disk is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port and store. */
  restart(): Promise<void>
  /** Kills it and removes its store. */
  stop(): Promise<void>
}

/** A `nats-server` with JetStream of one's own, which must be installed. */
export async function startNats(): Promise<TestNats> {
  const [port, store] = [await reservePort(), await mkdtemp(join(tmpdir(), 'nats-'))]
  const run = async (): Promise<ChildProcess> => {
    const options = ['-js', '-sd', store, '-a', '127.0.0.1', '-p', String(port)]
    const server = spawn('nats-server', options, { stdio: 'ignore' })
    await once(server, 'spawn')
    while (!(await answers(port))) {
      if (server.exitCode !== null) throw new Error(`nats-server ended with ${server.exitCode}.`)
      await setTimeout(20)
    }
    return server
  }
  let server = await run()
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    async restart() {
      await kill()
      server = await run()
    },
    async stop() {
      await kill()
      await rm(store, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
}
