/** `npm run codegen`: writes the resolver types of every subgraph and the typed operations of clients. */
import { writeArtifacts } from '../artifact.ts'
import { composeSupergraph } from '../compose-supergraph.ts'
import { renderOperationTypes } from '../operation-types.ts'
import { projectPaths } from '../project-paths.ts'
import { readSubgraphs } from '../read-subgraphs.ts'
import { renderResolverTypes } from '../resolver-type-artifacts.ts'
import { fail, say } from './terminal.ts'

const paths = projectPaths()
const { found, empty } = readSubgraphs(paths)
for (const name of empty) say(`${name}: no SDL yet, left out`)

// Resolver types come first: they are wanted while a new field doesn't compose yet.
report(writeArtifacts(paths.root, await renderResolverTypes(found, paths)))
const composition = composeSupergraph(found)
if (composition.ok) {
  report(writeArtifacts(paths.root, await renderOperationTypes(composition.apiSdl, paths)))
} else {
  fail('No operation types, because the subgraphs do not compose:', ...composition.errors)
}

function report(changed: readonly string[]): void {
  for (const path of changed) say(`wrote ${path}`)
}
