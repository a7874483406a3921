import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A generated file that is committed: its path relative to the root, and its exact text. */
export type Artifact = { readonly path: string; readonly text: string }

/** How a committed file differs from what its sources generate. */
export type Drift = { readonly path: string; readonly kind: 'missing' | 'outdated' }

/** Writes the files that changed; returns their paths. Untouched files keep their modification time. */
export function writeArtifacts(root: string, artifacts: readonly Artifact[]): string[] {
  const changed = findDrift(root, artifacts).map(({ path }) => path)
  for (const { path, text } of artifacts.filter((artifact) => changed.includes(artifact.path))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return changed
}

/** Compares generated text with the committed files; empty when all agree. */
export function findDrift(root: string, artifacts: readonly Artifact[]): Drift[] {
  return artifacts.flatMap(({ path, text }): Drift[] => {
    const committed = readIfPresent(join(root, path))
    if (committed === null) return [{ path, kind: 'missing' }]
    return committed === text ? [] : [{ path, kind: 'outdated' }]
  })
}

const readIfPresent = (path: string): string | null =>
  existsSync(path) ? readFileSync(path, 'utf8') : null
