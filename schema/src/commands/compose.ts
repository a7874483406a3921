/** `npm run compose`: writes the merged, composed and rendered schema files. */
import { listPermissions } from '@logicspike/auth'
import { writeArtifacts } from '../artifact.ts'
import { projectPaths } from '../project-paths.ts'
import { readSubgraphs } from '../read-subgraphs.ts'
import { renderSchemaArtifacts } from '../schema-artifacts.ts'
import { fail, say } from './terminal.ts'

const paths = projectPaths()
const { found, empty } = readSubgraphs(paths)
for (const name of empty) say(`${name}: no SDL yet, left out`)

const result = renderSchemaArtifacts(found, listPermissions())
if (result.ok) {
  for (const hint of result.hints) say(`hint: ${hint}`)
  const changed = writeArtifacts(paths.root, result.artifacts)
  for (const path of changed) say(`wrote ${path}`)
  say(`Composed ${found.length} subgraphs; ${changed.length} files changed.`)
} else {
  fail('The subgraphs do not compose:', ...result.errors.map((error) => `  ${error}`))
}
