import { runSubgraph } from '@logicspike/subgraph-kit'
import { createBillingApp } from './app.ts'
import { readEnvironment } from './environment.ts'

/** Billing as a process of its own. */
const environment = readEnvironment()

await runSubgraph({
  name: 'billing',
  environment,
  peers: { identity: environment.IDENTITY_URL, tenancy: environment.TENANCY_URL },
  create: (parts) =>
    createBillingApp({
      ...parts,
      config: { issuer: environment.ISSUER, consoleUrl: environment.CONSOLE_URL },
    }),
})
