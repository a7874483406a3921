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
import {
  createEventBus,
  createSequencer,
  type EventData,
  type EventType,
  eventsDatabase,
  type LoggedEvent,
  publishEvent,
} from '@logicspike/events'
import { outboxDatabase, tailReaches } from '@logicspike/events/testing'
import { type IdOf, newId } from '@logicspike/ids'
import { createInternalClient } from '@logicspike/internal-api'
import { createMemoryMailbox } from '@logicspike/mail'
import { createSecretBox } from '@logicspike/secrets'
import { createLogger } from '@logicspike/telemetry'
import communicationDatabase from '../../mikro-orm.config.ts'
import {
  type CommunicationApp,
  type CommunicationDependencies,
  createCommunicationApp,
} from '../../src/app.ts'
import type { CommunicationContext } from '../../src/context.ts'
import { dispatchDue } from '../../src/modules/deliveries/dispatch.job.ts'
import { notify, placeOfEvent } from '../../src/modules/notifications/notify.ts'
import { inPlace, type Place } from '../../src/place.ts'
import { createFakePeople, type FakePeople } from './fake-people.ts'
import { createRecordingSender, type RecordingSender } from './recording-sender.ts'

type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and assert on each
  readonly data: any
  /** `code` of each error, in order. */
  readonly codes: readonly string[]
}

type Listening = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of many shapes
  next(): Promise<any>
  end(): void
}

/** Communication on a database of its own, asked as the gateway asks it. */
export type CommunicationTestApp = {
  readonly app: CommunicationApp
  /** Another process of the same deployment. */
  readonly other: CommunicationApp
  readonly database: TestDatabase
  readonly clock: MovableClock
  readonly gatewayKey: string
  readonly people: FakePeople
  readonly mail: RecordingSender
  /** Where the app's own sender of mails sends. */
  readonly mailbox: ReturnType<typeof createMemoryMailbox>
  readonly slack: RecordingSender
  ask(token: string | null, query: string, variables?: object): Promise<Answer>
  /** A person's token, for a workspace where one is given. */
  tokenOf(
    userId: IdOf<'user'>,
    workspaceId?: string,
    permissions?: readonly string[],
    claims?: Claims,
  ): string
  /** Runs a use case in a place, in a transaction of its own. */
  within<Value>(place: Place, work: (tx: CommunicationContext) => Promise<Value>): Promise<Value>
  /** What the consumer does with an event that has just happened. */
  hear(event: LoggedEvent, app?: CommunicationApp): Promise<void>
  /** What the worker does, until nothing is due. */
  dispatch(app?: CommunicationApp): Promise<number>
  /** Identity, or another service, tells of something. */
  publish<T extends EventType>(type: T, data: EventData<T>): Promise<void>
  /** Resolves once everything published has been told of, and all that is due was sent. */
  settle(): Promise<void>
  /** Opens a stream. */
  subscribe(token: string, query: string): Promise<Listening>
  /** Rows of a table, oldest first, past all policies. */
  rows<Row extends object>(table: string, where: string, ...values: unknown[]): Promise<Row[]>
}

const issuer = 'http://issuer.test'

type Options = {
  /** Where Slack is, asked once for each app; the platform's own way out where it is left out. */
  readonly slackOf?: () => NonNullable<CommunicationDependencies['slack']>
}

async function createCommunicationTestApp({
  slackOf,
}: Options): Promise<CommunicationTestApp & { close(): Promise<void> }> {
  const log = createLogger({ name: 'test', level: 'silent' })
  const services = [communicationDatabase, eventsDatabase, outboxDatabase('identity')]
  const database = await createTestDatabase({ services, log })
  const sequencerUrl = database.roleUrl('events', 'sequencer')
  const events = createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log,
  })
  const sequencer = createSequencer({
    url: sequencerUrl,
    outboxes: { identity: sequencerUrl, communication: sequencerUrl },
    log,
  })
  const mailbox = createMemoryMailbox()
  const clock = movableClock(new Date('2027-03-01T10:00:00Z'))
  const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
  const key = createGatewayKey('gateway')
  const people = createFakePeople(() => forge.jwks())
  const mail = createRecordingSender('EMAIL')
  const slack = createRecordingSender('SLACK', 'NOBODY')
  const senders = [mail, slack]
  const create = () =>
    createCommunicationApp({
      databaseUrl: database.serviceUrl('communication'),
      config: { issuer, consoleUrl: 'https://console.test' },
      clock,
      ids: newId,
      secretBox: createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } }),
      keyring: createGatewayKeyring([{ caller: 'gateway', sha256: key.sha256 }]),
      internal: createInternalClient({ identity: people.identity, tenancy: people.tenancy }),
      mailTransport: mailbox,
      log,
      events,
      ...(slackOf && { slack: slackOf() }),
    })
  const [app, other] = [await create(), await create()]
  await app.epochs.load()

  async function within<Value>(
    place: Place,
    work: (tx: CommunicationContext) => Promise<Value>,
    { contexts } = app,
  ): Promise<Value> {
    const ctx = inPlace(contexts.forJob('test'), place)
    const result = await inTransaction(ctx, async (tx) => ok(await work(tx)))
    if (!result.ok) throw new Error('unreachable: the work cannot refuse')
    return result.value
  }

  return {
    gatewayKey: key.value,
    ...{ app, other, database, clock, people, mail, mailbox, slack, within },
    async publish(type, data) {
      const { workspaceId = null } = data as { readonly workspaceId?: string }
      const em = database.forkFor('identity', { tenantId: workspaceId })
      const ctx = { em, ids: newId, clock, actor: null, requestId: 'req-of-identity' }
      await publishEvent(ctx, { type, workspaceId, subject: 'somebody', data })
    },
    async settle() {
      sequencer.start()
      await events.tail.start()
      await sequencer.caughtUp()
      await Promise.all([app.settleConsumers(), other.settleConsumers()])
      await Promise.all([app.dispatchDue(), other.dispatchDue()])
      // What came of it is told as well.
      await sequencer.caughtUp()
      await tailReaches(events.tail, await events.reader.headPosition())
    },
    async subscribe(token, query) {
      const control = new AbortController()
      const stream = await app.server.subscribeInProcess({
        query,
        headers: { 'x-gateway-key': key.value, authorization: `Bearer ${token}` },
        signal: control.signal,
      })
      if (!stream.ok) throw new Error(JSON.stringify(stream.result))
      const { events: messages } = stream
      return {
        // biome-ignore lint/suspicious/noExplicitAny: tests read messages of many shapes
        next: async (): Promise<any> => JSON.parse(JSON.stringify((await messages.next()).value)),
        end: () => control.abort(),
      }
    },
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
    tokenOf: (sub, tid, permissions = [], claims = {}) =>
      forge.sign(
        forge.claims({
          sub,
          sid: newId('session'),
          tid,
          scope: serialiseScope(permissions),
          ep: tid === undefined ? { s: 0 } : { s: 0, m: 0 },
          ...claims,
        }),
      ),
    hear(heard, by = app) {
      const event = { ...heard, occurredAt: clock.now() }
      return within(placeOfEvent(event), (tx) => notify(tx, senders, event), by)
    },
    dispatch: (by = app) => dispatchDue(by.contexts.forJob('dispatch'), senders),
    rows: (table, where, ...values) =>
      database.asAdmin(`select * from communication.${table} where ${where} order by id`, values),
    async close() {
      await app.close()
      await other.close()
      await sequencer.stop()
      await events.close()
      await database.close()
    },
  }
}

/** One app for a test file: made before its first test, closed after its last. */
export function useCommunication(options: Options = {}): CommunicationTestApp {
  let made: Awaited<ReturnType<typeof createCommunicationTestApp>> | undefined
  beforeAll(async () => {
    made = await createCommunicationTestApp(options)
  })
  afterAll(() => made?.close())
  return new Proxy({} as CommunicationTestApp, {
    get: (_, property) => {
      if (!made) throw new Error('The app exists from beforeAll to afterAll only.')
      return Reflect.get(made, property)
    },
  })
}
