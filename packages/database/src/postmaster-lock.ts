import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** How long a server whose parent was killed may take to shut down, in milliseconds. */
const patience = 5_000

/**
 * Removes the lock file of a server that is gone. PostgreSQL does so by itself unless the process
 * id was given to another process since, which a container's small numbers make likely.
 * @throws when a live PostgreSQL serves the directory
 */
export async function clearStaleLock(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10)
  if (Number.isNaN(pid)) return
  if (await staysAlive(pid, dataDir)) {
    throw new Error(`Another PostgreSQL (process ${pid}) serves ${dataDir}. Stop it first.`)
  }
  await rm(lockFile, { force: true })
}

async function staysAlive(pid: number, dataDir: string): Promise<boolean> {
  const deadline = Date.now() + patience
  while (isAlive(pid) && (await serves(pid, dataDir))) {
    if (Date.now() > deadline) return true
    await setTimeout(50)
  }
  return false
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Where the system shows command lines we look for the directory; elsewhere we assume the worst. */
async function serves(pid: number, dataDir: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  return commandLine === null || commandLine.split('\0').includes(dataDir)
}
