import { runningCluster } from './running-cluster.ts'
import { ownServer } from './test-run.ts'

/** Jest's `globalTeardown`: leaves neither server nor databases of this run behind. */
// biome-ignore lint/style/noDefaultExport: Jest looks for the default export
export default async function globalTeardown(): Promise<void> {
  const adminUrl = ownServer()
  if (adminUrl) {
    const { dropTestDatabases } = await import('./drop-test-databases.ts')
    await dropTestDatabases(adminUrl)
  }
  await runningCluster()?.stop()
}
