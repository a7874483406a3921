import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Logger } from '@logicspike/telemetry'
import { type Account, postgresAccount } from './postgres-account.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { clearStaleLock } from './postmaster-lock.ts'
import { withConnection } from './sql.ts'
import { detach, stopWithParent } from './stop-with-parent.ts'

const superuser = 'postgres'
const passwordFile = 'superuser-password'

export type EmbeddedPostgresOptions = {
  /** Made when absent, reused when it holds a cluster. */
  readonly dataDir: string
  /** A free port of the loopback interface when absent. */
  readonly port?: number
  readonly log: Logger
  /** Trades durability for speed: only for data nobody will miss. */
  readonly disposable?: boolean
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
  const dataDir = resolve(options.dataDir)
  const [binaries, account] = await Promise.all([findPostgresBinaries(), postgresAccount()])
  const password = await prepareCluster(dataDir, binaries, account)
  await clearStaleLock(dataDir)
  const port = options.port ?? (await freePort())
  const server = spawn(binaries.postgres, serverFlags(dataDir, port, options.disposable), {
    ...account,
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

/**
 * Makes the cluster unless there is one. It is made under another name first: a directory of the
 * final name is always complete. Returns the superuser's password.
 */
async function prepareCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  account: Account,
): Promise<string> {
  const known = await readFile(join(dataDir, passwordFile), 'utf8').catch(() => null)
  if (known) return known
  const unfinished = `${dataDir}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(dirname(unfinished), { recursive: true })
  await mkdir(unfinished, { mode: 0o700 })
  await giveTo(unfinished, account)
  const password = randomBytes(24).toString('base64url')
  await initialise(unfinished, password, binaries, account)
  await writeFile(join(unfinished, passwordFile), password, { mode: 0o600 })
  // Fails when something else stands in that place, which we would not want to lose.
  await rename(unfinished, dataDir)
  return password
}

async function initialise(
  dataDir: string,
  password: string,
  binaries: PostgresBinaries,
  account: Account,
): Promise<void> {
  const given = `${dataDir}.password`
  await writeFile(given, password, { mode: 0o600 })
  await giveTo(given, account)
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${dataDir}`,
        `--username=${superuser}`,
        `--pwfile=${given}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Sorts by code point, alike on every machine; languages are sorted by ICU collations.
        '--locale=C',
        '--no-instructions',
        '--no-sync',
      ],
      { ...account },
    )
  } finally {
    await rm(given, { force: true })
  }
}

/** Nothing is flushed or cleaned up, and deadlocks are looked for early: tests provoke them. */
const withoutDurability = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
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

async function giveTo(path: string, account: Account): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(path, account.uid, account.gid)
  }
}
