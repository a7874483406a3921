import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import type { Logger } from '@logicspike/telemetry'
import { postgresAccount } from './postgres-account.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { prepareCluster, superuser } from './postgres-cluster.ts'
import { reachableDataDir, reachablePrograms } from './postgres-home.ts'
import { clearStaleLock } from './postmaster-lock.ts'
import { withConnection } from './sql.ts'
import { detach, stopWithParent } from './stop-with-parent.ts'

export type EmbeddedPostgresOptions = {
  /** Made when absent, reused when it holds a cluster. */
  readonly dataDir: string
  /** A free port of the loopback interface when absent. */
  readonly port?: number
  readonly log: Logger
  /** Trades durability for speed: only for data nobody will miss. */
  readonly disposable?: boolean
  /** Where root keeps what it cannot leave in place; default `/var/lib/logicspike-postgres`. */
  readonly rootHome?: string
}

export type EmbeddedPostgres = {
  /** A superuser's URL of the database `postgres`. */
  readonly adminUrl: string
  readonly port: number
  /** Ends connections, writes a checkpoint and waits for the server to exit. */
  stop(): Promise<void>
}

/**
 * Starts a real PostgreSQL 18 on the loopback interface, from the binaries npm brought. It survives
 * signals sent to this process's group, so that a service can drain before it calls `stop`, but
 * never outlives this process.
 * @throws when another live process serves the same directory, or the server does not come up;
 * the message carries the server's own last lines
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const account = await postgresAccount()
  const dataDir = await reachableDataDir(resolve(options.dataDir), account, options.rootHome)
  const binaries = await reachablePrograms(await findPostgresBinaries(), account, options.rootHome)
  const password = await prepareCluster(dataDir, binaries, account)
  await clearStaleLock(dataDir)
  const port = options.port ?? (await freePort())
  const server = spawn(binaries.postgres, serverFlags(dataDir, port, options.disposable), {
    ...account,
    cwd: dataDir,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const watch = stopWithParent(server, options.disposable ? dataDir : undefined)
  await untilReady(server, options.log)
  const adminUrl = `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`
  await closeOwnDatabases(adminUrl)
  detach(server)
  options.log.debug({ port, dataDir }, 'embedded PostgreSQL is ready')
  return {
    adminUrl,
    port,
    stop: async () => {
      await stopped(server)
      watch.dismiss()
      if (options.disposable) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Nothing is flushed or cleaned up, and deadlocks are looked for early: tests provoke them. */
const withoutDurability = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  deadlock_timeout: '50ms',
}

function serverFlags(dataDir: string, port: number, disposable = false): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    // The server's lines are read by us: English, so that messages can be recognised.
    lc_messages: 'C',
    timezone: 'UTC',
    ...(disposable && withoutDurability),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', dataDir, '-p', String(port), ...flags]
}

async function untilReady(server: ChildProcess, log: Logger): Promise<void> {
  const lines: string[] = []
  await new Promise<void>((ready, fail) => {
    server.once('error', fail)
    server.once('exit', () => fail(new Error(`PostgreSQL did not start:\n${lines.join('')}`)))
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.trace({ text }, 'postgres')
      if (lines.length < 50) lines.push(text)
      if (text.includes('ready to accept connections')) ready()
    })
  })
}

/** Services have databases of their own and no business in the server's. */
const closeOwnDatabases = (adminUrl: string): Promise<unknown> =>
  withConnection(adminUrl, (server) =>
    server.query('revoke all on database postgres, template1 from public'),
  )

/** SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is flushed. */
async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.ref()
  const exit = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGINT')
  await exit
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const address = probe.address()
  await new Promise((closed) => probe.close(closed))
  if (address === null || typeof address === 'string') throw new Error('No free port was found.')
  return address.port
}
