import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where composition reads from and writes to. Tests point it at a fixture instead of the repository. */
export type ProjectPaths = {
  /** The directory that generated paths are relative to. */
  readonly root: string
  readonly roverConfig: string
  readonly sharedSdl: string
  readonly subgraphs: string
}

/** The directory of this repository's package.json. */
export const repositoryRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The layout of this repository, or of a fixture that imitates it under another `root`. */
export const projectPaths = (root: string = repositoryRoot): ProjectPaths => ({
  root,
  roverConfig: join(root, 'rover.yaml'),
  sharedSdl: join(repositoryRoot, 'schema', 'shared'),
  subgraphs: join(root, 'subgraphs'),
})
