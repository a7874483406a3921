import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What `spawn` needs to run as somebody else; empty means: as ourselves. */
export type Account = { readonly uid?: number; readonly gid?: number }

/** PostgreSQL's own account where the machine has one, else the one that owns nothing. */
const candidates = ['postgres', 'nobody']

/**
 * The account PostgreSQL runs under: ourselves, or, as PostgreSQL refuses to run as root, an
 * unprivileged account that exists already. The machine's user list is never changed.
 */
export async function postgresAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  for (const name of candidates) {
    const account = await lookUp(name)
    if (account) return account
  }
  throw new Error(`PostgreSQL does not run as root and none of ${candidates} exists here.`)
}

async function lookUp(name: string): Promise<Account | null> {
  const id = async (flag: string) => Number((await promisify(execFile)('id', [flag, name])).stdout)
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch {
    return null
  }
}
