import { afterAll, beforeAll } from '@jest/globals'
import { ACCESS_TOKEN_AUDIENCE, createGatewayKey, createGatewayKeyring } from '@logicspike/auth'
import { type MovableClock, movableClock, tokenForge } from '@logicspike/auth/testing'
import { createTestDatabase, type TestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import {
  createInternalClient,
  type InternalClient,
  inProcessTransport,
} from '@logicspike/internal-api'
import { createMemoryMailbox } from '@logicspike/mail'
import { createSecretBox } from '@logicspike/secrets'
import { createLogger, type Logger } from '@logicspike/telemetry'
import tenancyDatabase from '../../mikro-orm.config.ts'
import { createTenancyApp, type TenancyApp } from '../../src/app.ts'
import { defaultLimits, type TenancyLimits } from '../../src/config.ts'
import { aWorkspaceBuilder, type WorkspaceBuilder } from './a-workspace.ts'
import { createFakeIdentity, type FakeIdentity } from './fake-identity.ts'
import { createTestTokens, type TestTokens } from './test-tokens.ts'

export type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and assert on each
  readonly data: any
  /** `code` of each error, in order. */
  readonly codes: readonly string[]
  readonly errors: readonly { readonly message: string; readonly path?: readonly unknown[] }[]
}

/** Tenancy on a database of its own, asked as the gateway asks it. */
export type TenancyTestApp = TestTokens & {
  readonly app: TenancyApp
  readonly database: TestDatabase
  readonly identity: FakeIdentity
  readonly clock: MovableClock
  readonly mailbox: ReturnType<typeof createMemoryMailbox>
  /** Asks with the gateway's key and, unless null, a token. */
  ask(token: string | null, query: string, variables?: object): Promise<Answer>
  /** Sends one mutation with one `input`; answers its payload, or throws where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  mutate(token: string, name: string, input: object | null, selection: string): Promise<any>
  /** Tenancy's internal calls, with the key of the named caller. */
  callAs(caller: string): InternalClient
  aPerson: FakeIdentity['aPerson']
  aWorkspace(): WorkspaceBuilder
  /** Lets the verifier learn the revocations committed so far. */
  learnRevocations(): Promise<void>
  /** Types of the domain events published about an object, oldest first. */
  eventsOf(subject: string): Promise<string[]>
}

const issuer = 'http://issuer.test'
const callers = ['gateway', 'identity', 'tenancy', 'communication', 'stranger']

export async function createTenancyTestApp(
  limits: Partial<TenancyLimits> = {},
  log: Logger = createLogger({ name: 'test', level: 'silent' }),
): Promise<TenancyTestApp & { close(): Promise<void> }> {
  const database = await createTestDatabase({ services: [tenancyDatabase], log })
  const clock = movableClock(new Date())
  const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
  const identity = createFakeIdentity(forge)
  const mailbox = createMemoryMailbox()
  const keys = new Map(callers.map((caller) => [caller, createGatewayKey(caller)]))
  const keyOf = (caller: string): string => keys.get(caller)?.value ?? ''
  const app = await createTenancyApp({
    databaseUrl: database.serviceUrl('tenancy'),
    config: {
      issuer,
      consoleUrl: 'https://console.test',
      limits: { ...defaultLimits, ...limits },
    },
    clock,
    ids: newId,
    secretBox: createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } }),
    keyring: createGatewayKeyring([...keys].map(([caller, { sha256 }]) => ({ caller, sha256 }))),
    internal: createInternalClient({ identity: identity.transport }),
    mailTransport: mailbox,
    log,
  })
  await app.epochs.load()

  const callAs = (caller: string) =>
    createInternalClient({ tenancy: inProcessTransport(() => app.server.internal, keyOf(caller)) })
  const tokens = createTestTokens(forge, callAs('identity'))

  async function ask(token: string | null, query: string, variables: object = {}): Promise<Answer> {
    const { result } = await app.server.executeInProcess({
      query,
      variables: { ...variables },
      headers: {
        'x-gateway-key': keyOf('gateway'),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
    })
    // As it crosses the network: no prototypes, dates as text.
    const { data = null, errors = [] } = JSON.parse(JSON.stringify(result))
    const codes = errors.map((error: { extensions: { code: string } }) => error.extensions.code)
    return { data, errors, codes }
  }

  async function mutate(token: string, name: string, input: object | null, selection: string) {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
    const { data, codes } = await ask(
      token,
      input === null
        ? `mutation { ${name} { ${selection} ${USER_ERRORS} } }`
        : `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} ${USER_ERRORS} } }`,
      input === null ? {} : { input },
    )
    if (codes.length > 0) throw new Error(codes.join())
    return data[name]
  }

  const support = { app, database, clock, identity, ask, mutate, ...tokens }
  return {
    ...support,
    mailbox,
    callAs,
    aPerson: identity.aPerson,
    aWorkspace: () => aWorkspaceBuilder(support),
    learnRevocations: () => app.epochs.poll(),
    async eventsOf(subject) {
      const rows = await database.asAdmin<{ type: string }>(
        `select type from tenancy.outbox where subject = $1 and class = 'domain' order by id`,
        [subject],
      )
      return rows.map(({ type }) => type)
    },
    async close() {
      await app.close()
      await database.close()
    },
  }
}

const USER_ERRORS = 'userErrors { __typename ... on UserError { message path } }'

/** One app for a test file: made before its first test, closed after its last. */
export function useTenancy(limits: Partial<TenancyLimits> = {}, log?: Logger): TenancyTestApp {
  let made: Awaited<ReturnType<typeof createTenancyTestApp>> | undefined
  beforeAll(async () => {
    made = await createTenancyTestApp(limits, log)
  })
  afterAll(() => made?.close())
  return new Proxy({} as TenancyTestApp, {
    get: (_, property) => {
      if (!made) throw new Error('The app exists from beforeAll to afterAll only.')
      return Reflect.get(made, property)
    },
  })
}
