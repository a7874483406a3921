import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type DocumentNode, parse, print, Source } from 'graphql'
import { mergeDocuments } from './merge-documents.ts'
import { type ProjectPaths, projectPaths, repositoryRoot } from './project-paths.ts'

/**
 * The whole SDL of a subgraph: the shared SDL, then every `.graphql` file under its `src/modules`, by path.
 * Null when the subgraph has no SDL of its own yet. Syntax errors name the file, line and column.
 */
export const readSubgraphDocument = (
  name: string,
  paths: ProjectPaths = projectPaths(),
): DocumentNode | null => {
  const own = findSdlFiles(join(paths.subgraphs, name, 'src', 'modules'))
  if (own.length === 0) return null
  return readDocuments([...findSdlFiles(paths.sharedSdl), ...own])
}

/**
 * The same SDL as text, for a server to build its schema from.
 * Throws when the subgraph has no SDL, because a server without a schema is a mistake.
 */
export const readSubgraphSdl = (name: string, paths: ProjectPaths = projectPaths()): string => {
  const document = readSubgraphDocument(name, paths)
  if (document === null) throw new Error(`The subgraph "${name}" has no .graphql files`)
  return `${print(document)}\n`
}

const findSdlFiles = (directory: string): string[] =>
  existsSync(directory)
    ? globSync('**/*.graphql', { cwd: directory })
        .sort()
        .map((file) => join(directory, file))
    : []

const readDocuments = (files: readonly string[]): DocumentNode =>
  mergeDocuments(
    files.map((file) =>
      parse(new Source(readFileSync(file, 'utf8'), relative(repositoryRoot, file))),
    ),
  )
