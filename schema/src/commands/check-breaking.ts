/**
 * `npm run check:breaking`: compares the API schema with the one this branch started from.
 * Wanted breaks are accepted by a commit trailer, `Schema-Break: <why clients are safe>`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBaseSchema } from '../base-schema.ts'
import { compareApiSchemas } from '../breaking-changes.ts'
import { projectPaths } from '../project-paths.ts'
import { fail, say } from './terminal.ts'

const { root } = projectPaths()
const base = readBaseSchema(root, process.argv[2] ?? 'main')
if (base === null) {
  say('No earlier API schema to compare with.')
} else {
  const current = readFileSync(join(root, 'schema', 'api.graphql'), 'utf8')
  const { breaking, dangerous } = compareApiSchemas(base.apiSdl, current, new Date())
  for (const change of dangerous) say(`may surprise clients: ${change}`)
  for (const reason of base.acceptedBreaks) say(`accepted break: ${reason}`)
  if (breaking.length === 0 || base.acceptedBreaks.length > 0) {
    say(`${breaking.length} breaking changes since ${base.commit.slice(0, 10)}.`)
    for (const change of breaking) say(`  ${change}`)
  } else {
    fail(
      ...breaking.map((change) => `breaks clients: ${change}`),
      'Deprecate with a date first, or commit with a trailer `Schema-Break: <why clients are safe>`.',
    )
  }
}
