/** `npm run lint`: holds the SDL to the conventions. */
import { listPermissions } from '@logicspike/auth'
import { formatProblem, lintSubgraphs } from '../lint/lint-subgraphs.ts'
import { projectPaths } from '../project-paths.ts'
import { readSubgraphs } from '../read-subgraphs.ts'
import { fail, say } from './terminal.ts'

const { found } = readSubgraphs(projectPaths())
const problems = lintSubgraphs(found, new Set(listPermissions().map(({ name }) => name)))
if (problems.length > 0) fail(...problems.map(formatProblem), `${problems.length} problems.`)
else say(`The SDL of ${found.length} subgraphs follows the conventions.`)
