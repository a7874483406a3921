/** `npm run check:drift`: fails when a committed generated file isn't what its sources generate. */
import { listPermissions } from '@logicspike/auth'
import { findDrift } from '../artifact.ts'
import { renderOperationTypes } from '../operation-types.ts'
import { projectPaths } from '../project-paths.ts'
import { readSubgraphs } from '../read-subgraphs.ts'
import { renderResolverTypes } from '../resolver-type-artifacts.ts'
import { renderSchemaArtifacts } from '../schema-artifacts.ts'
import { fail, say } from './terminal.ts'

const paths = projectPaths()
const { found } = readSubgraphs(paths)
const schema = renderSchemaArtifacts(found, listPermissions())
if (schema.ok) {
  const artifacts = [
    ...schema.artifacts,
    ...(await renderResolverTypes(found, paths)),
    ...(await renderOperationTypes(schema.apiSdl, paths)),
  ]
  const drift = findDrift(paths.root, artifacts)
  if (drift.length === 0) say(`${artifacts.length} generated files agree with their sources.`)
  else {
    fail(
      ...drift.map(({ path, kind }) => `${path} is ${kind}`),
      'Run `npm run compose && npm run codegen` and commit the result.',
    )
  }
} else {
  fail('The subgraphs do not compose:', ...schema.errors.map((error) => `  ${error}`))
}
