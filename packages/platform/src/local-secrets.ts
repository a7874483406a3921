import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomToken } from '@logicspike/secrets'
import { databaseRoles } from './provide-databases.ts'

/** What a platform on one machine needs to keep to itself. */
export type LocalSecrets = {
  /** Password of each role of the database, by `<schema>.<role>`. */
  readonly databasePasswords: Readonly<Record<string, string>>
  /** Seals signing keys, TOTP seeds and queued mails. */
  readonly sealingKey: string
  /** Gateway key of each calling service. */
  readonly gatewayKeys: Readonly<Record<string, string>>
  readonly demoPassword: string
}

/**
 * The secrets of a standalone platform: made at the first start, kept in `<folder>/secrets.json`
 * (readable by its owner only), read ever after. None of them stands in the repository.
 * @param callers every service with a gateway key
 */
export async function readLocalSecrets(
  folder: string,
  callers: readonly string[],
): Promise<LocalSecrets> {
  const path = join(folder, 'secrets.json')
  const known = await readJson(path)
  const secrets = complete(known, callers)
  await mkdir(folder, { recursive: true })
  await writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await chmod(path, 0o600)
  return secrets
}

async function readJson(path: string): Promise<Partial<LocalSecrets>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Partial<LocalSecrets>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${path} cannot be read. Mend it, or delete the folder to start afresh.`, {
      cause: error,
    })
  }
}

/** Keeps what is there and adds what a service that came later lacks. */
function complete(known: Partial<LocalSecrets>, callers: readonly string[]): LocalSecrets {
  return {
    databasePasswords: withMissing(known.databasePasswords, databaseRoles, () => randomToken()),
    sealingKey: known.sealingKey ?? randomToken(),
    gatewayKeys: withMissing(known.gatewayKeys, callers, (name) => `${name}.${randomToken()}`),
    demoPassword: known.demoPassword ?? `demo-${randomToken(9)}`,
  }
}

function withMissing(
  known: Readonly<Record<string, string>> = {},
  names: readonly string[],
  make: (name: string) => string,
): Record<string, string> {
  return { ...Object.fromEntries(names.map((name) => [name, make(name)])), ...known }
}
