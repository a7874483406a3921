import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGatewayKey } from '@logicspike/auth'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@logicspike/database'
import { isId } from '@logicspike/ids'
import { createDiskMailbox, linkTokenOf } from '@logicspike/mail'
import {
  callers,
  type DatabaseUrls,
  databaseRoles,
  provideDatabases,
  type Services,
  type ServicesOptions,
  startServices,
  subgraphNames,
} from '@logicspike/platform'
import { reservePort, reservePorts } from '@logicspike/ports'
import { randomToken } from '@logicspike/secrets'
import { createLogger } from '@logicspike/telemetry'
import { type Person, signUpPerson } from './people.ts'
import { createPlatformHttp, type PlatformHttp } from './platform-http.ts'
import { aWorkspaceBuilder, type WorkspaceBuilder } from './workspaces.ts'

/** The platform as processes of its own, on a database server of its own that can be stopped. */
export type TestServices = PlatformHttp & {
  readonly services: Services
  readonly gatewayKeys: Readonly<Record<string, string>>
  aPerson(): Promise<Person>
  aWorkspace(): WorkspaceBuilder
  readonly databases: DatabaseUrls
  /** Of the one database that all share, as its administrator. */
  readonly databaseUrl: string
  /** Starts one more gateway, which ends with the rest; resolves with its URL. */
  anotherGateway(): Promise<string>
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
  close(): Promise<void>
}

/** How long a mail may take from commit to mailbox. Milliseconds. */
const MAIL_WITHIN_MS = 10_000

export type TestServicesOptions = Pick<ServicesOptions, 'natsUrl' | 'gatewayEnvironment'>

export async function createServices(options: TestServicesOptions = {}): Promise<TestServices> {
  const folder = await mkdtemp(join(tmpdir(), 'services-'))
  const log = createLogger({ name: 'test', level: 'silent' })
  const dataDir = join(folder, 'postgres')
  const databasePort = await reservePort()
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, log, port: databasePort })
  const gatewayKeys = Object.fromEntries(callers.map((it) => [it, createGatewayKey(it).value]))
  const mailDir = join(folder, 'mail')
  const databases = await databasesOf(postgres)
  const services = await startServices({
    databases,
    ...options,
    gatewayKeys,
    sealingKey: randomToken(),
    mailDir,
    logLevel: 'error',
    port: await reservePort(),
    subgraphPort: await reservePorts([...subgraphNames, 'events'].length),
  })
  const http = createPlatformHttp(services.process('gateway').url)
  const mailed = { tokenMailedTo: (email: string) => tokenMailedTo(mailDir, email) }
  const aPerson = () => signUpPerson(http, mailed)

  return {
    ...http,
    services,
    databases,
    gatewayKeys,
    aPerson,
    aWorkspace: () => aWorkspaceBuilder({ http, mailed, aPerson }),
    databaseUrl: new URL('/services', postgres.adminUrl).href,
    anotherGateway: async () => (await services.startAnother('gateway', await reservePort())).url,
    stopDatabase: () => postgres.stop(),
    async startDatabase() {
      postgres = await startEmbeddedPostgres({ dataDir, log, port: databasePort })
    },
    async close() {
      await services.stop()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }

  function databasesOf({ adminUrl }: EmbeddedPostgres) {
    const passwords = Object.fromEntries(databaseRoles.map((role) => [role, randomToken()]))
    return provideDatabases({ adminUrl, database: 'services', passwords, log })
  }
}

/** Mails are written by another process, so the folder is watched until the mail is there. */
async function tokenMailedTo(folder: string, email: string): Promise<string> {
  const mailbox = createDiskMailbox(folder)
  const deadline = Date.now() + MAIL_WITHIN_MS
  while (Date.now() < deadline) {
    // Mails that tell of events come in between.
    const letters = (await mailbox.list()).filter(({ id }) => isId('mail', id))
    const mails = letters.filter((each) => each.to === email)
    const token = mails.map(linkTokenOf).find((each) => each !== null)
    if (token) return token
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`No mail with a link reached ${email}.`)
}
