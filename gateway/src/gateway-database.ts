import type { ServiceDatabase } from '@logicspike/database'
import { CreateBudgets20261201013000 } from '../migrations/20261201013000.create-budgets.ts'
import { CreateDocuments20261201020000 } from '../migrations/20261201020000.create-documents.ts'

/** What gateways share. It has no entities: it is read and written by plain SQL. */
export const gatewayDatabase: ServiceDatabase = {
  service: 'gateway',
  entities: [],
  migrations: [CreateBudgets20261201013000, CreateDocuments20261201020000],
}
