import { afterAll, beforeAll } from '@jest/globals'
import { createGatewayKey, createGatewayKeyring } from '@logicspike/auth'
import { type MovableClock, movableClock } from '@logicspike/auth/testing'
import { inTransaction } from '@logicspike/database'
import { createTestDatabase, type TestDatabase } from '@logicspike/database/testing'
import { ok } from '@logicspike/errors'
import { newId } from '@logicspike/ids'
import { createMemoryMailbox, type StoredMail } from '@logicspike/mail'
import { createSecretBox, type SecretBox, sha256 } from '@logicspike/secrets'
import { createLogger, type Logger } from '@logicspike/telemetry'
import type { IdentityConfig } from '../../src/config.ts'
import type { IdentityContext } from '../../src/context.ts'
import {
  createIdentityApp,
  type IdentityApp,
  type IdentityDependencies,
  identityDatabase,
} from '../../src/index.ts'
import { createFakeTenancy, type FakeTenancy } from './fake-tenancy.ts'

export const testConfig: IdentityConfig = {
  publicUrl: 'http://platform.test',
  issuer: 'http://platform.test',
  consoleUrl: 'http://console.test',
  allowedOrigins: ['http://console.test', 'http://platform.test'],
  relyingParty: { id: 'console.test', name: 'LogicSpike', origins: ['http://console.test'] },
}

/** One GraphQL request as the gateway would forward it. */
export type TestRequest = {
  readonly token?: string | undefined
  readonly cookies?: Readonly<Record<string, string>>
  readonly origin?: string
  readonly ip?: string
  readonly userAgent?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type TestAnswer = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and assert on each
  readonly data: any
  readonly errors: readonly {
    readonly message: string
    readonly path?: readonly string[]
    readonly extensions: { readonly code: string } & Readonly<Record<string, unknown>>
  }[]
  /** Cookies that the answer sets, by name; null where it tells the browser to forget one. */
  readonly cookies: Readonly<Record<string, string | null>>
  readonly setCookie: readonly string[]
}

export type IdentityTestApp = {
  readonly app: IdentityApp
  readonly database: TestDatabase
  readonly clock: MovableClock
  readonly tenancy: FakeTenancy
  readonly secretBox: SecretBox
  /** Value of `x-gateway-key` that the app accepts. */
  readonly gatewayKey: string
  /** Runs an operation through the subgraph's own door, as the gateway does in process. */
  execute(
    query: string,
    variables?: Record<string, unknown>,
    request?: TestRequest,
  ): Promise<TestAnswer>
  /** Has the app's verifier ask for revocations; what was committed before is known after. */
  learnRevocations(): Promise<void>
  /** Delivers what is due and gives all mails so far, oldest first. */
  mails(): Promise<readonly StoredMail[]>
  /** Runs a use case in a transaction of its own, as a job would, and gives its value. */
  transaction<Value>(
    work: (tx: IdentityContext) => Promise<Value>,
    facts?: Partial<Pick<IdentityContext, 'clientIp' | 'userAgent' | 'setCookie'>>,
  ): Promise<Value>
  /** Audit records so far, oldest first. */
  audit(): Promise<{ action: string; outcome: string; target: { id: string } }[]>
  /** Events so far, audit records left out, oldest first. */
  events(): Promise<{ type: string; subject: string; data: Record<string, unknown> }[]>
  close(): Promise<void>
}

type Overrides = Partial<IdentityDependencies> & {
  /** Another process of the same deployment: same database, clock, keys and tenancy. */
  readonly attachTo?: IdentityTestApp
}

/** Identity on a database of its own, with a clock to move, a mailbox to read, a tenancy to steer. */
export async function createIdentityTestApp(overrides: Overrides = {}): Promise<IdentityTestApp> {
  const log = overrides.log ?? createLogger({ name: 'identity-test', level: 'silent' })
  const { attachTo, ...dependencies } = overrides
  const shared = attachTo ?? (await createSharedParts(log))
  const { database, clock, tenancy, secretBox, gatewayKey } = shared
  const mailbox = createMemoryMailbox()
  const app = await createIdentityApp({
    databaseUrl: database.serviceUrl('identity'),
    config: testConfig,
    clock,
    ids: newId,
    secretBox,
    keyring: createGatewayKeyring([{ caller: 'gateway', sha256: sha256(gatewayKey) }]),
    internal: tenancy.client,
    mailTransport: mailbox,
    log,
    epochPollMs: 3_600_000,
    ...dependencies,
  })
  await app.start()

  return {
    app,
    database,
    clock,
    tenancy,
    secretBox,
    gatewayKey,
    async execute(query, variables = {}, request = {}) {
      const headers = headersOf(request, gatewayKey)
      const answer = await app.server.executeInProcess({ query, variables, headers })
      const setCookie = answer.headers['set-cookie']
      return {
        data: answer.result.data ?? null,
        errors: (answer.result.errors ?? []) as TestAnswer['errors'],
        cookies: Object.fromEntries(setCookie.map(readSetCookie)),
        setCookie,
      }
    },
    async learnRevocations() {
      // The first may join a question that was asked before; the second is asked after.
      await app.epochs.poll()
      await app.epochs.poll()
    },
    async mails() {
      await app.mail.deliverDue()
      return mailbox.sent
    },
    async transaction(work, facts = {}) {
      const ctx = { ...app.contexts.forJob('test'), ...facts }
      const result = await inTransaction(ctx, async (tx) => ok(await work(tx)))
      if (!result.ok) throw new Error('unreachable: the work cannot refuse')
      return result.value
    },
    audit: async () =>
      (await outbox(database, 'audit')).map(({ data }) => data) as Awaited<
        ReturnType<IdentityTestApp['audit']>
      >,
    events: () => outbox(database, 'domain'),
    async close() {
      await app.close()
      if (!attachTo) await database.close()
    },
  }
}

/** What all processes of one deployment have in common. */
async function createSharedParts(log: Logger) {
  const clock = movableClock()
  return {
    database: await createTestDatabase({ services: [identityDatabase], log }),
    clock,
    tenancy: createFakeTenancy(clock),
    secretBox: createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } }),
    gatewayKey: createGatewayKey('gateway').value,
  }
}

/** The test app for a whole file: made before its first test, closed after its last. */
export function useIdentityTestApp(overrides: Overrides = {}): () => IdentityTestApp {
  let app: IdentityTestApp | undefined
  beforeAll(async () => {
    app = await createIdentityTestApp(overrides)
  })
  afterAll(async () => {
    await app?.close()
  })
  return () => {
    if (!app) throw new Error('The test app exists from beforeAll to afterAll only.')
    return app
  }
}

function headersOf(request: TestRequest, gatewayKey: string): Record<string, string | undefined> {
  const cookie = Object.entries(request.cookies ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  return {
    'x-gateway-key': gatewayKey,
    'x-client-ip': request.ip ?? '203.0.113.7',
    'user-agent': request.userAgent ?? 'a browser',
    ...(request.token && { authorization: `Bearer ${request.token}` }),
    ...(cookie && { cookie }),
    ...(request.origin && { origin: request.origin }),
    ...request.headers,
  }
}

function readSetCookie(header: string): [name: string, value: string | null] {
  const [pair = ''] = header.split(';')
  const [name = '', value = ''] = pair.split('=')
  return [name, /; Max-Age=0(;|$)/.test(header) ? null : value]
}

const outbox = (database: TestDatabase, kind: string) =>
  database.asAdmin<{ type: string; subject: string; data: Record<string, unknown> }>(
    'select type, subject, data from identity.outbox where class = $1 order by ordinal',
    [kind],
  )
