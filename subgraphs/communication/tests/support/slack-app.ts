import { afterAll, beforeAll } from '@jest/globals'
import {
  ACCESS_TOKEN_AUDIENCE,
  createGatewayKey,
  createGatewayKeyring,
  serialiseScope,
} from '@logicspike/auth'
import { type MovableClock, movableClock, tokenForge } from '@logicspike/auth/testing'
import { inTransaction } from '@logicspike/database'
import { createTestDatabase, type TestDatabase } from '@logicspike/database/testing'
import { ok } from '@logicspike/errors'
import { type IdOf, newId } from '@logicspike/ids'
import { createInternalClient, type InternalTransport } from '@logicspike/internal-api'
import { createMemoryMailbox } from '@logicspike/mail'
import type { SecretBox } from '@logicspike/secrets'
import { inWorkspace } from '@logicspike/subgraph-kit'
import { createLogger } from '@logicspike/telemetry'
import communicationDatabase from '../../mikro-orm.config.ts'
import { type CommunicationApp, createCommunicationApp } from '../../src/app.ts'
import type { CommunicationContext } from '../../src/context.ts'
import { type FakeSlack, useSlack } from './a-slack.ts'
import { secretBox } from './channel-context.ts'

type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and assert on each
  readonly data: any
  readonly codes: readonly string[]
}
type Event = { readonly type: string; readonly data: Readonly<Record<string, unknown>> }
type Row = { readonly id: string; readonly sealed_secret: string }

/** Communication with a Slack of its own, asked as the gateway asks it. */
export type SlackTestApp = {
  readonly slack: FakeSlack
  readonly secretBox: SecretBox
  readonly app: CommunicationApp
  readonly clock: MovableClock
  ask(token: string, query: string, variables?: object): Promise<Answer>
  tokenFor(workspaceId: string, permissions: readonly string[]): string
  within<Value>(
    workspaceId: IdOf<'workspace'>,
    work: (tx: CommunicationContext) => Promise<Value>,
  ): Promise<Value>
  /** The connections of a workspace, past all policies. */
  rowsOf(workspaceId: string): Promise<Row[]>
  /** Its domain events, oldest first. */
  eventsOf(workspaceId: string): Promise<Event[]>
}

const issuer = 'http://issuer.test'

export function useSlackApp(): SlackTestApp {
  const log = createLogger({ name: 'test', level: 'silent' })
  const slack = useSlack()
  const clock = movableClock(new Date())
  const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
  const key = createGatewayKey('gateway')
  let running: { readonly app: CommunicationApp; readonly database: TestDatabase } | undefined
  const ready = () => {
    if (!running) throw new Error('The app exists from beforeAll to afterAll only.')
    return running
  }

  beforeAll(async () => {
    const database = await createTestDatabase({ services: [communicationDatabase], log })
    const app = await createCommunicationApp({
      databaseUrl: database.serviceUrl('communication'),
      config: { issuer, consoleUrl: 'https://console.test' },
      ...{ clock, secretBox, log, ids: newId },
      keyring: createGatewayKeyring([{ caller: 'gateway', sha256: key.sha256 }]),
      internal: createInternalClient({
        identity: answering({ jwks: () => forge.jwks(), 'recent-epoch-bumps': () => [] }),
        tenancy: answering({ 'recent-epoch-bumps': () => [] }),
      }),
      mailTransport: createMemoryMailbox(),
      slack: { http: slack.outbound(), places: slack.places },
    })
    await app.epochs.load()
    running = { app, database }
  })
  afterAll(async () => {
    await running?.app.close()
    await running?.database.close()
  })

  return {
    ...{ slack, secretBox, clock },
    get app() {
      return ready().app
    },
    async ask(token, query, variables = {}) {
      const { result } = await ready().app.server.executeInProcess({
        query,
        variables: { ...variables },
        headers: { 'x-gateway-key': key.value, authorization: `Bearer ${token}` },
      })
      const { data = null, errors = [] } = JSON.parse(JSON.stringify(result))
      return {
        data,
        codes: errors.map((it: { extensions: { code: string } }) => it.extensions.code),
      }
    },
    tokenFor: (tid, permissions) =>
      forge.sign(
        forge.claims({
          sub: newId('user'),
          sid: newId('session'),
          tid,
          scope: serialiseScope(permissions),
          ep: { s: 0, m: 0 },
        }),
      ),
    async within(workspaceId, work) {
      const ctx = inWorkspace(ready().app.contexts.forJob('test'), workspaceId)
      const result = await inTransaction(ctx, async (tx) => ok(await work(tx)))
      if (!result.ok) throw new Error('unreachable: the work cannot refuse')
      return result.value
    },
    rowsOf: (workspaceId) =>
      ready().database.asAdmin<Row>(
        'select * from communication.slack_connections where tenant_id = $1',
        [workspaceId],
      ),
    eventsOf: (workspaceId) =>
      ready().database.asAdmin<Event>(
        `select type, data from communication.outbox where tenant_id = $1 and class = 'domain'
         order by ordinal`,
        [workspaceId],
      ),
  }
}

/** The part of another service that communication asks. */
const answering = (answers: Readonly<Record<string, () => unknown>>): InternalTransport => ({
  ask: async (name) => answers[name]?.(),
  close: async () => {},
})
