import { type ServiceDatabase, tenantReference } from '../../src/index.ts'
import { CreateNotebooks20261123054019 } from './migrations/20261123054019.create-notebooks.ts'
import { Notebook, Page, Reader } from './notes.entities.ts'

export { Notebook, Page, Reader }

/** A small service to test with. */
export const notes: ServiceDatabase = {
  service: 'notes',
  entities: [Notebook, Page, Reader],
  migrations: [CreateNotebooks20261123054019],
  references: [
    tenantReference({ from: Page, property: 'notebookId', to: Notebook, onDelete: 'cascade' }),
  ],
}
