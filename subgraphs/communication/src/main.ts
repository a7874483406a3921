import { runSubgraph } from '@logicspike/subgraph-kit'
import { createCommunicationApp } from './app.ts'
import { readEnvironment } from './environment.ts'

/** Communication as a process of its own. */
const environment = readEnvironment()

await runSubgraph({
  name: 'communication',
  environment,
  peers: { identity: environment.IDENTITY_URL, tenancy: environment.TENANCY_URL },
  create: (parts) =>
    createCommunicationApp({
      ...parts,
      config: { issuer: environment.ISSUER, consoleUrl: environment.CONSOLE_URL },
    }),
})
