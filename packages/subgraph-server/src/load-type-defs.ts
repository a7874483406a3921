import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DocumentNode, parse, Source } from 'graphql'

const sharedFolder = fileURLToPath(new URL('../../../schema/shared', import.meta.url))

/**
 * A subgraph's SDL: every `*.graphql` file below `folder`, and the shared definitions.
 * @param folder an absolute path, usually the subgraph's `src/modules`
 */
export function loadTypeDefs(folder: string): DocumentNode[] {
  return [...graphqlFiles(sharedFolder), ...graphqlFiles(folder)].map((path) =>
    parse(new Source(readFileSync(path, 'utf8'), path)),
  )
}

function graphqlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => join(folder, name))
}
