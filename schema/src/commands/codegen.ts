/** `npm run codegen`: writes the resolver types of every subgraph. */
import { writeArtifacts } from '../artifact.ts'
import { renderResolverTypes } from '../codegen-artifacts.ts'
import { projectPaths } from '../project-paths.ts'
import { readSubgraphs } from '../read-subgraphs.ts'
import { say } from './terminal.ts'

const paths = projectPaths()
const { found, empty } = readSubgraphs(paths)
for (const name of empty) say(`${name}: no SDL yet, left out`)

const changed = writeArtifacts(paths.root, await renderResolverTypes(found, paths))
for (const path of changed) say(`wrote ${path}`)
say(`Generated resolver types of ${found.length} subgraphs; ${changed.length} files changed.`)
