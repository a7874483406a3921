import { runningCluster } from './running-cluster.ts'

/** Jest's `globalTeardown`: stops the PostgreSQL of this run and removes its files. */
// biome-ignore lint/style/noDefaultExport: Jest looks for the default export
export default async function globalTeardown(): Promise<void> {
  await runningCluster()?.stop()
}
