import { fileURLToPath } from 'node:url'
import type { RegisteredPermission } from '../../src/permissions-page.ts'
import { projectPaths } from '../../src/project-paths.ts'
import { readSubgraphs } from '../../src/read-subgraphs.ts'

/** A small graph of two subgraphs, `people` and `lending`, that follows every convention. */
export const libraryPaths = projectPaths(
  fileURLToPath(new URL('../fixtures/library', import.meta.url)),
)

/** The subgraphs of the fixture. */
export const readLibrary = () => readSubgraphs(libraryPaths).found

/** Scopes that the fixture's SDL mentions, as a registry would list them. */
export const libraryPermissions: RegisteredPermission[] = [
  { name: 'people:persons.read', description: 'See who may borrow.', roles: ['admin', 'member'] },
  { name: 'people:notes.read', description: 'See the notes of clerks.', roles: ['admin'] },
  { name: 'lending:loans.read', description: 'See what is lent.', roles: ['admin', 'member'] },
  { name: 'lending:loans.audit', description: 'See what was lent.', roles: [] },
  { name: 'lending:books.import', description: 'Add books.', roles: [], servicesOnly: true },
]
