import { createGatewayKey } from '@logicspike/auth'
import { type MovableClock, movableClock } from '@logicspike/auth/testing'
import { createTestDatabase, type TestDatabase } from '@logicspike/database/testing/server'
import { tailReaches } from '@logicspike/events/testing'
import { newId } from '@logicspike/ids'
import { createMemoryMailbox } from '@logicspike/mail'
import {
  assemblePlatform,
  callers,
  type DatabaseUrls,
  type Platform,
  type PlatformParts,
  platformDatabases,
  subgraphNames,
} from '@logicspike/platform'
import { createSecretBox, type SecretBox } from '@logicspike/secrets'
import { createLogger } from '@logicspike/telemetry'
import { createMailedTokens, type MailedTokens } from './mailed-tokens.ts'
import { type Person, signUpPerson, type WantedPerson } from './people.ts'
import { createPlatformHttp, type PlatformHttp } from './platform-http.ts'
import { aWorkspaceBuilder, type WorkspaceBuilder } from './workspaces.ts'

/** The whole platform in one process, on a database of its own, behind real HTTP. */
export type TestPlatform = PlatformHttp &
  MailedTokens & {
    readonly platform: Platform
    readonly database: TestDatabase
    readonly clock: MovableClock
    /** Values of `x-gateway-key`, by caller. */
    readonly gatewayKeys: Readonly<Record<string, string>>
    /** Opens what the platform keeps sealed, such as its signing keys. */
    readonly secretBox: SecretBox
    /** Somebody new, signed in. */
    aPerson(wanted?: WantedPerson): Promise<Person>
    /** A new workspace with people in it, built step by step. */
    aWorkspace(): WorkspaceBuilder
    /** Resolves once everything committed so far is in the log, and consumers have dealt with it. */
    settleEvents(): Promise<void>
    /** Lets every verifier learn the revocations committed so far. */
    learnRevocations(): Promise<void>
    close(): Promise<void>
  }

export type TestPlatformOptions = Partial<
  Pick<PlatformParts, 'gateway' | 'identity' | 'epochPollMs' | 'publicUrl' | 'log'>
>

/** The origin in links, tokens and allowed origins. Requests go to a free port instead. */
export const TEST_PUBLIC_URL = 'http://localhost:4000'

/** Makes a platform; `close()` must be awaited, and fails when something still holds the database. */
export async function createPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const log = options.log ?? createLogger({ name: 'test', level: 'silent' })
  const database = await createTestDatabase({ services: platformDatabases, log })
  const clock = movableClock()
  const mailbox = createMemoryMailbox()
  const gatewayKeys = Object.fromEntries(callers.map((it) => [it, createGatewayKey(it).value]))
  const secretBox = createSecretBox({ current: { id: 'test', key: 'k'.repeat(32) } })
  const publicUrl = options.publicUrl ?? TEST_PUBLIC_URL
  const platform = await assemblePlatform({
    databases: urlsOf(database),
    poolSize: 5,
    gatewayKeys,
    secretBox,
    clock,
    ids: newId,
    mailTransport: mailbox,
    log,
    publicUrl,
    consoleUrl: publicUrl,
    allowedOrigins: [publicUrl],
    epochPollMs: options.epochPollMs ?? 100,
    communication: { slack: { http: takesAnything } },
    ...(options.identity && { identity: options.identity }),
    // A machine that is busy with other tests is no reason to give up on a subgraph.
    gateway: { subgraphTimeoutMs: 60_000, ...options.gateway },
  })
  const port = await platform.start(0)
  const http = createPlatformHttp(`http://127.0.0.1:${port}`)
  const mailed = createMailedTokens(mailbox, () =>
    Promise.all([platform.identity.mail.deliverDue(), platform.tenancy.mail.deliverDue()]),
  )
  const aPerson = (wanted?: WantedPerson) => signUpPerson(http, mailed, wanted)

  return {
    ...http,
    ...mailed,
    platform,
    database,
    clock,
    gatewayKeys,
    secretBox,
    aPerson,
    aWorkspace: () => aWorkspaceBuilder({ http, mailed, aPerson }),
    async settleEvents() {
      const { reader, tail } = platform.events
      // What comes of an event is published as well, so that goes on until nothing is new.
      for (let settled = -1; ; ) {
        await platform.sequencer.caughtUp()
        const head = await reader.headPosition()
        await tailReaches(tail, head)
        if (head === settled) return
        settled = head
        await platform.billing.settleConsumers()
        await platform.communication.settleConsumers()
        await platform.communication.dispatchDue()
      }
    },
    async learnRevocations() {
      const registries = [platform.edgeEpochs, ...subgraphNames.map((it) => platform[it].epochs)]
      await Promise.all(registries.map((epochs) => epochs.poll()))
    },
    async close() {
      await platform.close()
      await database.close()
    },
  }
}

/** Stands for the way to Slack: tests of the platform reach nobody outside. */
const takesAnything = {
  check: () => {},
  request: async () => ({ status: 200, headers: {}, body: '{"ok":true}' }),
  close: async () => {},
}

const urlsOf = (database: TestDatabase): DatabaseUrls => ({
  identity: database.serviceUrl('identity'),
  tenancy: database.serviceUrl('tenancy'),
  billing: database.serviceUrl('billing'),
  developer: database.serviceUrl('developer'),
  communication: database.serviceUrl('communication'),
  gateway: database.serviceUrl('gateway'),
  events: {
    sequencer: database.roleUrl('events', 'sequencer'),
    tenantReader: database.roleUrl('events', 'reader'),
    consumer: database.roleUrl('events', 'consumer'),
  },
})
