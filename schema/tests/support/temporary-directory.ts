import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty directory that `using` removes. */
export function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'schema-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}
