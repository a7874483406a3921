import { afterAll, beforeAll } from '@jest/globals'
import {
  ACCESS_TOKEN_AUDIENCE,
  createGatewayKey,
  createGatewayKeyring,
  serialiseScope,
} from '@logicspike/auth'
import { type Claims, type MovableClock, movableClock, tokenForge } from '@logicspike/auth/testing'
import { createTestDatabase, type TestDatabase } from '@logicspike/database/testing'
import {
  createEventBus,
  createSequencer,
  type EventBus,
  eventsDatabase,
  type PublishContext,
  publishEvents,
  type Sequencer,
} from '@logicspike/events'
import { newId } from '@logicspike/ids'
import { createInternalClient, type InternalTransport } from '@logicspike/internal-api'
import { createMemoryMailbox } from '@logicspike/mail'
import { createSecretBox, type SecretBox } from '@logicspike/secrets'
import type { StreamEvent } from '@logicspike/subgraph-server'
import { createLogger } from '@logicspike/telemetry'
import developerDatabase from '../../mikro-orm.config.ts'
import { createDeveloperApp, type DeveloperApp } from '../../src/app.ts'
import { createListener, type Listener } from './listener.ts'

type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and assert on each
  readonly data: any
  /** `code` of each error, in order. */
  readonly codes: readonly string[]
  readonly errors: NonNullable<StreamEvent['errors']>
}

type Ask = { readonly headers?: Readonly<Record<string, string>>; readonly app?: DeveloperApp }

/** Developer on a database of its own, with an event log, asked as the gateway asks it. */
export type DeveloperTestApp = {
  readonly app: DeveloperApp
  readonly bus: EventBus
  readonly sequencer: Sequencer
  readonly database: TestDatabase
  readonly clock: MovableClock
  readonly secretBox: SecretBox
  /** Another process of the same deployment; without events unless given a bus. The caller closes it. */
  another(events?: EventBus): Promise<DeveloperApp>
  /** Asks with the gateway's key and, unless null, a token. */
  ask(token: string | null, query: string, variables?: object): Promise<Answer>
  /** Opens a subscription in the same way. */
  listen(token: string | null, query: string, variables?: object, how?: Ask): Promise<Listener>
  /** A token for a workspace, of a person unless the claims say otherwise. */
  tokenFor(workspaceId: string | undefined, permissions: readonly string[], claims?: Claims): string
  /** A service's own token, in a workspace. */
  serviceToken(service: string, workspaceId: string | undefined, permissions: string[]): string
  /** Publishes renames of a workspace in one transaction; in the log once `sequencer.caughtUp()`. */
  rename(workspaceId: string, names: readonly string[], options?: Renames): Promise<void>
}

type Renames = { readonly class?: 'domain' | 'audit'; readonly before?: () => Promise<void> }

const issuer = 'http://issuer.test'

async function createDeveloperTestApp(): Promise<DeveloperTestApp & { close(): Promise<void> }> {
  const log = createLogger({ name: 'test', level: 'silent' })
  const database = await createTestDatabase({ services: [eventsDatabase, developerDatabase], log })
  const clock = movableClock(new Date())
  const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
  const key = createGatewayKey('gateway')
  const secretBox = createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } })
  const sequencerUrl = database.roleUrl('events', 'sequencer')
  const sequencer = createSequencer({
    url: sequencerUrl,
    outboxes: { developer: sequencerUrl },
    log,
  })
  sequencer.start()
  const bus = createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log,
  })
  await bus.tail.start()

  async function another(events?: EventBus): Promise<DeveloperApp> {
    const made = await createDeveloperApp({
      databaseUrl: database.serviceUrl('developer'),
      config: { issuer, consoleUrl: 'https://console.test' },
      clock,
      ids: newId,
      secretBox,
      keyring: createGatewayKeyring([{ caller: 'gateway', sha256: key.sha256 }]),
      internal: createInternalClient({
        identity: answering({ jwks: () => forge.jwks(), 'recent-epoch-bumps': () => [] }),
        tenancy: answering({ 'recent-epoch-bumps': () => [] }),
      }),
      mailTransport: createMemoryMailbox(),
      log,
      ...(events && { events }),
    })
    await made.epochs.load()
    return made
  }

  const app = await another(bus)
  const requestOf = (token: string | null, query: string, variables: object, headers = {}) => ({
    query,
    variables: { ...variables },
    headers: {
      'x-gateway-key': key.value,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  })

  return {
    ...{ app, another, bus, sequencer, database, clock, secretBox },
    async ask(token, query, variables = {}) {
      const { result } = await app.server.executeInProcess(requestOf(token, query, variables))
      // As it crosses the network: no prototypes, dates as text.
      const { data = null, errors = [] } = JSON.parse(JSON.stringify(result))
      const codes = errors.map((it: { extensions: { code: string } }) => it.extensions.code)
      return { data, codes, errors }
    },
    async listen(token, query, variables = {}, how = {}) {
      const control = new AbortController()
      const request = requestOf(token, query, variables, how.headers)
      const { server } = how.app ?? app
      return createListener(
        await server.subscribeInProcess({ ...request, signal: control.signal }),
        control,
      )
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
    serviceToken: (service, tid, permissions) =>
      forge.sign(
        forge.serviceClaims({
          sub: service,
          client_id: service,
          tid,
          scope: serialiseScope(permissions),
        }),
      ),
    async rename(workspaceId, names, options = {}) {
      const em = database.forkFor('developer', { tenantId: workspaceId })
      await em.transactional(async (tx) => {
        const ctx: PublishContext = {
          em: tx,
          ids: newId,
          clock,
          actor: null,
          requestId: 'req-12345678',
        }
        await publishEvents(
          ctx,
          names.map((name) => ({
            type: 'workspace.renamed' as const,
            workspaceId,
            subject: workspaceId,
            data: { workspaceId, name, slug: 'a-slug' },
            ...(options.class && { class: options.class }),
          })),
        )
        await options.before?.()
      })
    },
    async close() {
      await app.close()
      await bus.close()
      await sequencer.stop()
      await database.close()
    },
  }
}

/** The part of another service that developer asks. */
const answering = (answers: Readonly<Record<string, () => unknown>>): InternalTransport => ({
  ask: async (name) => answers[name]?.(),
  close: async () => {},
})

/** One app for a test file: made before its first test, closed after its last. */
export function useDeveloper(): DeveloperTestApp {
  let made: Awaited<ReturnType<typeof createDeveloperTestApp>> | undefined
  beforeAll(async () => {
    made = await createDeveloperTestApp()
  })
  afterAll(() => made?.close())
  return new Proxy({} as DeveloperTestApp, {
    get: (_, property) => {
      if (!made) throw new Error('The app exists from beforeAll to afterAll only.')
      return Reflect.get(made, property)
    },
  })
}
