import { globSync } from 'node:fs'
import { sep } from 'node:path'
import type { DocumentNode } from 'graphql'
import type { ProjectPaths } from './project-paths.ts'
import { readRoverConfig } from './rover-config.ts'
import { readSubgraphDocument } from './subgraph-sdl.ts'

/** A subgraph that rover.yaml lists, with its merged SDL. */
export type Subgraph = {
  readonly name: string
  readonly routingUrl: string
  /** Where the merged SDL is committed, relative to the root. */
  readonly schemaFile: string
  readonly document: DocumentNode
}

/** All subgraphs with SDL, sorted by name, and the names of those that have none yet. */
export type Subgraphs = { readonly found: readonly Subgraph[]; readonly empty: readonly string[] }

/**
 * Reads every subgraph that rover.yaml lists.
 * Throws when a directory under subgraphs/ has SDL that rover.yaml does not list: it would be left out in silence.
 */
export function readSubgraphs(paths: ProjectPaths): Subgraphs {
  const { subgraphs } = readRoverConfig(paths.roverConfig)
  const listed = new Set(subgraphs.map(({ name }) => name))
  const unlisted = namesWithSdl(paths).filter((name) => !listed.has(name))
  if (unlisted.length > 0) {
    throw new Error(`rover.yaml does not list these subgraphs: ${unlisted.join(', ')}`)
  }
  const read = subgraphs.map((entry) => ({
    ...entry,
    document: readSubgraphDocument(entry.name, paths),
  }))
  return {
    found: read.flatMap((entry) =>
      entry.document === null ? [] : [{ ...entry, document: entry.document }],
    ),
    empty: read.filter(({ document }) => document === null).map(({ name }) => name),
  }
}

const namesWithSdl = (paths: ProjectPaths): string[] => {
  const files = globSync('*/src/modules/**/*.graphql', { cwd: paths.subgraphs })
  return [...new Set(files.map((file) => file.split(sep, 1).join()))].sort()
}
