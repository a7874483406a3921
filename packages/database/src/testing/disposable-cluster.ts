import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@logicspike/telemetry'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts'

/** A PostgreSQL whose files go when it stops, or when this process ends in whatever way. */
export const startDisposableCluster = (): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({
    dataDir: join(tmpdir(), `logicspike-test-${randomUUID()}`),
    log: createLogger({ name: 'test-postgres', level: 'warn' }),
    disposable: true,
  })
