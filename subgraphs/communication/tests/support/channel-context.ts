import { afterAll, beforeAll } from '@jest/globals'
import { type MovableClock, movableClock } from '@logicspike/auth/testing'
import { createOrm, type Orm } from '@logicspike/database'
import { type TestDatabase, useTestDatabase } from '@logicspike/database/testing'
import { type IdOf, newId } from '@logicspike/ids'
import { createInternalClient } from '@logicspike/internal-api'
import { createOutboundHttp } from '@logicspike/outbound-http'
import { createSecretBox } from '@logicspike/secrets'
import { createContextFactory, inWorkspace } from '@logicspike/subgraph-kit'
import { createLogger } from '@logicspike/telemetry'
import communicationDatabase from '../../mikro-orm.config.ts'
import type { CommunicationContext, CommunicationServices } from '../../src/context.ts'
import { createSlackApi } from '../../src/modules/slack/slack-api.ts'

/** What a sender is given by the delivery worker, on a database of its own. */
export type ChannelContext = {
  readonly database: TestDatabase
  readonly clock: MovableClock
  /** Everything that was logged, as text. */
  readonly logged: string[]
  context(workspaceId?: IdOf<'workspace'>): CommunicationContext
}

export const secretBox = createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } })
export const publicUrl = 'https://platform.test'

export function useChannelContext(): ChannelContext {
  const log = createLogger({ name: 'test', level: 'silent' })
  const logged: string[] = []
  const kept = createLogger(
    { name: 'test', level: 'trace' },
    { write: (line) => logged.push(line) },
  )
  let orm: Orm | undefined
  // Before the database goes, as hooks run in the order they were given.
  afterAll(() => orm?.close())
  const database = useTestDatabase({ services: [communicationDatabase], log })
  const clock = movableClock(new Date())
  const services: CommunicationServices = {
    config: { issuer: publicUrl, consoleUrl: 'https://console.test' },
    clock,
    ids: newId,
    internal: createInternalClient({}),
    tail: null,
    secretBox,
    slack: createSlackApi({ http: createOutboundHttp(), clock }),
  }
  beforeAll(async () => {
    orm = await createOrm({
      ...communicationDatabase,
      url: database.serviceUrl('communication'),
      log,
    })
  })
  return {
    database,
    clock,
    logged,
    context(workspaceId) {
      if (!orm) throw new Error('The context exists from beforeAll to afterAll only.')
      const ctx = createContextFactory(services, orm, kept).forJob('deliveries')
      return workspaceId === undefined ? ctx : inWorkspace(ctx, workspaceId)
    },
  }
}
