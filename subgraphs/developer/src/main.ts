import { runSubgraph } from '@logicspike/subgraph-kit'
import { createDeveloperApp } from './app.ts'
import { readEnvironment } from './environment.ts'

/** Developer as a process of its own. */
const environment = readEnvironment()

await runSubgraph({
  name: 'developer',
  environment,
  peers: { identity: environment.IDENTITY_URL, tenancy: environment.TENANCY_URL },
  create: (parts) =>
    createDeveloperApp({
      ...parts,
      config: { issuer: environment.ISSUER, consoleUrl: environment.CONSOLE_URL },
    }),
})
