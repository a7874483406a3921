import { createServer, type Socket } from 'node:net'
import type { EmbeddedPostgres } from '../embedded-postgres.ts'

/** Where a test process asks for the server all of them share; set by `global-setup.ts`. */
export const clusterPortVariable = 'LOGICSPIKE_TEST_CLUSTER_PORT'

export type ClusterServer = { readonly port: number; stop(): Promise<void> }

/**
 * Owns the PostgreSQL of one test run. It is started by the first test process that asks, so that
 * runs without database tests cost nothing, and it is asked over a loopback socket, because Jest's
 * workers share nothing but the environment they were started with.
 *
 * The answer to a connection is the administrator's URL, or `!` and a message, and the end.
 */
export async function startClusterServer(): Promise<ClusterServer> {
  let cluster: Promise<EmbeddedPostgres> | undefined
  const answer = async (socket: Socket) => {
    cluster ??= start()
    socket.on('error', () => {})
    socket.end(await cluster.then((it) => it.adminUrl).catch((error) => `!${error.message}`))
  }
  const server = createServer((socket) => void answer(socket))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.')
  return {
    port: address.port,
    stop: async () => {
      server.close()
      await (await cluster?.catch(() => undefined))?.stop()
    },
  }
}

/** Loaded late: most runs of most packages never get here. */
async function start(): Promise<EmbeddedPostgres> {
  const { startDisposablePostgres } = await import('../disposable-postgres.ts')
  const { createLogger } = await import('@logicspike/telemetry')
  return startDisposablePostgres(createLogger({ name: 'test-postgres', level: 'warn' }))
}
