import type { ServiceDatabase } from '../../src/index.ts'
import { CreateNotebooks20261123053538 } from './migrations/20261123053538.create-notebooks.ts'
import { Notebook, Reader } from './notes.entities.ts'

export { Notebook, Reader }

/** A small service to test with. */
export const notes: ServiceDatabase = {
  service: 'notes',
  entities: [Notebook, Reader],
  migrations: [CreateNotebooks20261123053538],
}
