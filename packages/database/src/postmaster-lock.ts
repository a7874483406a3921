import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/**
 * Milliseconds to wait for a server in this state: one that serves may be about to be told that its
 * parent is gone, one that shuts down has data to write.
 */
const patience = { serving: 1_000, stopping: 30_000 }

type Lock = { readonly pid: number; readonly state: keyof typeof patience }

/**
 * Removes the lock file of a server that is gone. PostgreSQL does so by itself unless the process
 * id was given to another process since, which a container's small numbers make likely.
 * @throws when a live PostgreSQL serves the directory and goes on doing so
 */
export async function clearStaleLock(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid')
  const begin = Date.now()
  for (;;) {
    const lock = await readLock(lockFile)
    if (!lock) return
    if (!isAlive(lock.pid) || !(await serves(lock.pid, dataDir))) break
    if (Date.now() - begin > patience[lock.state]) {
      throw new Error(`Another PostgreSQL (process ${lock.pid}) serves ${dataDir}. Stop it first.`)
    }
    await setTimeout(20)
  }
  await rm(lockFile, { force: true })
}

/** The first line is the process id, the eighth its state. */
async function readLock(lockFile: string): Promise<Lock | null> {
  const lines = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n')
  const pid = Number.parseInt(lines[0] ?? '', 10)
  if (Number.isNaN(pid)) return null
  return { pid, state: lines[7]?.trim() === 'stopping' ? 'stopping' : 'serving' }
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
