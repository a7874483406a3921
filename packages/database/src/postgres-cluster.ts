import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'

export const superuser = 'postgres'

const passwordFile = 'superuser-password'

/**
 * Makes the cluster unless there is one. It is made under another name first: a directory of the
 * final name is always complete. Returns the superuser's password.
 */
export async function prepareCluster(
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
      { ...account, cwd: dataDir },
    )
  } finally {
    await rm(given, { force: true })
  }
}

async function giveTo(path: string, account: Account): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(path, account.uid, account.gid)
  }
}
