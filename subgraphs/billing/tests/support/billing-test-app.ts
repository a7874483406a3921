import { afterAll, beforeAll } from '@jest/globals'
import {
  ACCESS_TOKEN_AUDIENCE,
  createGatewayKey,
  createGatewayKeyring,
  serialiseScope,
} from '@logicspike/auth'
import { type Claims, type MovableClock, movableClock, tokenForge } from '@logicspike/auth/testing'
import { inTransaction } from '@logicspike/database'
import { createTestDatabase, type TestDatabase } from '@logicspike/database/testing'
import { ok } from '@logicspike/errors'
import { createEventBus, createSequencer, eventsDatabase } from '@logicspike/events'
import { outboxDatabase } from '@logicspike/events/testing'
import { type IdOf, newId } from '@logicspike/ids'
import { createInternalClient, type InternalTransport } from '@logicspike/internal-api'
import { createMemoryMailbox } from '@logicspike/mail'
import { createSecretBox } from '@logicspike/secrets'
import { inWorkspace } from '@logicspike/subgraph-kit'
import { createLogger } from '@logicspike/telemetry'
import billingDatabase from '../../mikro-orm.config.ts'
import { type BillingApp, createBillingApp } from '../../src/app.ts'
import type { BillingContext } from '../../src/context.ts'

type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and assert on each
  readonly data: any
  /** `code` of each error, in order. */
  readonly codes: readonly string[]
}

type Event = { readonly type: string; readonly data: Readonly<Record<string, unknown>> }

/** Billing on a database of its own, asked as the gateway asks it. */
export type BillingTestApp = {
  readonly app: BillingApp
  /** Another process of the same deployment. */
  readonly other: BillingApp
  readonly database: TestDatabase
  readonly clock: MovableClock
  /** Asks with the gateway's key and, unless null, a token. */
  ask(token: string | null, query: string, variables?: object): Promise<Answer>
  /** A token for a workspace. */
  tokenFor(workspaceId: string | undefined, permissions: readonly string[], claims?: Claims): string
  /** Runs a use case in a workspace, in a transaction of its own, as a consumer would. */
  within<Value>(
    workspaceId: IdOf<'workspace'>,
    work: (tx: BillingContext) => Promise<Value>,
    app?: BillingApp,
  ): Promise<Value>
  /** Lets both apps follow the log; resolves once they have done all that tenancy has published. */
  settle(): Promise<void>
  /** The domain events of a workspace, oldest first; of what has not been sequenced yet. */
  eventsOf(workspaceId: string): Promise<Event[]>
}

const issuer = 'http://issuer.test'

async function createBillingTestApp(): Promise<BillingTestApp & { close(): Promise<void> }> {
  const log = createLogger({ name: 'test', level: 'silent' })
  const services = [billingDatabase, eventsDatabase, outboxDatabase('tenancy')]
  const database = await createTestDatabase({ services, log })
  const events = createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log,
  })
  const sequencer = createSequencer({
    url: database.roleUrl('events', 'sequencer'),
    outboxes: { tenancy: database.roleUrl('events', 'sequencer') },
    log,
  })
  const clock = movableClock(new Date())
  const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
  const key = createGatewayKey('gateway')
  const create = () =>
    createBillingApp({
      databaseUrl: database.serviceUrl('billing'),
      config: { issuer, consoleUrl: 'https://console.test' },
      clock,
      ids: newId,
      secretBox: createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } }),
      keyring: createGatewayKeyring([{ caller: 'gateway', sha256: key.sha256 }]),
      internal: createInternalClient({
        identity: answering({ jwks: () => forge.jwks(), 'recent-epoch-bumps': () => [] }),
        tenancy: answering({ 'recent-epoch-bumps': () => [] }),
      }),
      mailTransport: createMemoryMailbox(),
      log,
      events,
    })
  const [app, other] = [await create(), await create()]
  await app.epochs.load()

  return {
    app,
    other,
    database,
    clock,
    async ask(token, query, variables = {}) {
      const { result } = await app.server.executeInProcess({
        query,
        variables: { ...variables },
        headers: {
          'x-gateway-key': key.value,
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
      })
      // As it crosses the network: no prototypes, dates as text.
      const { data = null, errors = [] } = JSON.parse(JSON.stringify(result))
      return {
        data,
        codes: errors.map((it: { extensions: { code: string } }) => it.extensions.code),
      }
    },
    tokenFor: (tid, permissions, claims = {}) =>
      forge.sign(
        forge.claims({
          sub: newId('user'),
          sid: newId('session'),
          tid,
          scope: serialiseScope(permissions),
          ep: tid === undefined ? { s: 0 } : { s: 0, m: 0 },
          ...claims,
        }),
      ),
    async within(workspaceId, work, { contexts } = app) {
      const ctx = inWorkspace(contexts.forJob('test'), workspaceId)
      const result = await inTransaction(ctx, async (tx) => ok(await work(tx)))
      if (!result.ok) throw new Error('unreachable: the work cannot refuse')
      return result.value
    },
    async settle() {
      sequencer.start()
      await events.tail.start()
      await sequencer.caughtUp()
      await Promise.all([app.settleConsumers(), other.settleConsumers()])
    },
    eventsOf: (workspaceId) =>
      database.asAdmin<Event>(
        `select type, data from billing.outbox where tenant_id = $1 and class = 'domain'
         order by ordinal`,
        [workspaceId],
      ),
    async close() {
      await app.close()
      await other.close()
      await sequencer.stop()
      await events.close()
      await database.close()
    },
  }
}

/** The part of another service that billing asks. */
const answering = (answers: Readonly<Record<string, () => unknown>>): InternalTransport => ({
  ask: async (name) => answers[name]?.(),
  close: async () => {},
})

/** One app for a test file: made before its first test, closed after its last. */
export function useBilling(): BillingTestApp {
  let made: Awaited<ReturnType<typeof createBillingTestApp>> | undefined
  beforeAll(async () => {
    made = await createBillingTestApp()
  })
  afterAll(() => made?.close())
  return new Proxy({} as BillingTestApp, {
    get: (_, property) => {
      if (!made) throw new Error('The app exists from beforeAll to afterAll only.')
      return Reflect.get(made, property)
    },
  })
}
