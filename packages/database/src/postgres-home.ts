import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'

/** Where root keeps what the account of PostgreSQL must reach; the parent belongs to root. */
const defaultHome = '/var/lib/logicspike-postgres'

/**
 * The programs at a place the account can reach. A project in root's home directory is closed to
 * the unprivileged account that PostgreSQL runs under, so the programs are copied, once for each
 * version. For anybody but root these are the programs themselves.
 */
export async function reachablePrograms(
  binaries: PostgresBinaries,
  account: Account,
  home: string = defaultHome,
): Promise<PostgresBinaries> {
  if (await canReach(binaries.postgres, account)) return binaries
  const source = dirname(dirname(binaries.postgres))
  const copy = join(await madeHome(home), `programs-${digest(source)}`)
  if ((await lstat(copy).catch(() => null)) === null) {
    // Under another name until it is complete.
    const unfinished = `${copy}.${process.pid}`
    await cp(source, unfinished, { recursive: true, verbatimSymlinks: true })
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }))
  }
  const moved = (program: string) => join(copy, 'bin', basename(program))
  return { initdb: moved(binaries.initdb), postgres: moved(binaries.postgres) }
}

/**
 * The directory for the data: the one asked for or, where the account cannot reach that, one in the
 * home, with a link to it at the place asked for. Whoever removes the link starts afresh.
 */
export async function reachableDataDir(
  dataDir: string,
  account: Account,
  home: string = defaultHome,
): Promise<string> {
  await mkdir(dirname(dataDir), { recursive: true })
  const linked = await readlink(dataDir).catch(() => null)
  if (linked) return linked
  if (await canReach(dirname(dataDir), account)) return dataDir
  const moved = join(await madeHome(home), `data-${digest(dataDir)}`)
  await rm(moved, { recursive: true, force: true })
  await symlink(moved, dataDir)
  return moved
}

async function canReach(path: string, account: Account): Promise<boolean> {
  if (account.uid === undefined) return true
  return promisify(execFile)('test', ['-x', path], { ...account }).then(
    () => true,
    () => false,
  )
}

/** Open to be passed through; nobody but root may put anything there. */
async function madeHome(home: string): Promise<string> {
  await mkdir(home, { recursive: true, mode: 0o755 })
  const { uid, mode } = await lstat(home)
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`${home} must belong to root alone.`)
  return home
}

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16)
