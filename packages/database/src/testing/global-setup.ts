import { clusterPortVariable, startClusterServer } from './cluster-server.ts'
import { rememberCluster } from './running-cluster.ts'
import { beginTestRun } from './test-run.ts'

/** Jest's `globalSetup`: lets test files share one PostgreSQL, started when first needed. */
// biome-ignore lint/style/noDefaultExport: Jest looks for the default export
export default async function globalSetup(): Promise<void> {
  beginTestRun()
  const server = await startClusterServer()
  rememberCluster(server)
  process.env[clusterPortVariable] = String(server.port)
}
