import type { ClusterServer } from './cluster-server.ts'

const key = Symbol.for('logicspike.test-cluster')

/** Jest loads setup and teardown as separate copies of these modules: the process is the memory. */
export function rememberCluster(server: ClusterServer): void {
  Reflect.set(globalThis, key, server)
}

export const runningCluster = (): ClusterServer | undefined => Reflect.get(globalThis, key)
