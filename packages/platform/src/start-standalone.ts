import { join } from 'node:path'
import { startEmbeddedPostgres } from '@logicspike/database'
import {
  type Observability,
  type ObservabilityEnvironment,
  openObservability,
  servicesFile,
} from '@logicspike/gateway'
import { newId } from '@logicspike/ids'
import { createDiskMailbox, type Mailbox } from '@logicspike/mail'
import { createSecretBox } from '@logicspike/secrets'
import { createLogger, type Logger } from '@logicspike/telemetry'
import type { TestGoogle } from '@logicspike/test-oidc'
import { assemblePlatform } from './assemble-platform.ts'
import { serveDevMailbox } from './dev-mailbox.route.ts'
import { serveLanding } from './landing.route.ts'
import { serveLinkPages } from './link-pages.route.ts'
import { type LocalSecrets, readLocalSecrets } from './local-secrets.ts'
import { provideDatabases } from './provide-databases.ts'
import { callers } from './wiring.ts'

export type StandaloneOptions = {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly logLevel: string
  readonly consoleUrl?: string | undefined
  /** Starts a stand-in for Google in this process. */
  readonly localGoogle: boolean
  readonly observability: ObservabilityEnvironment
  /** Path of the file that declares services behind the gateway. */
  readonly servicesFile?: string | undefined
  /** Told what is being done, for somebody who waits. */
  readonly onProgress: (step: string) => void
}

export type Standalone = {
  readonly url: string
  /** Issuer of the stand-in for Google, where one was asked for. */
  readonly googleUrl: string | null
  readonly mailbox: Mailbox
  readonly secrets: LocalSecrets
  /** Where `/metrics` is, if it is. */
  readonly metricsPort: number | null
  /** Sends mails that are due now rather than within half a second. */
  deliverMail(): Promise<void>
  stop(): Promise<void>
}

/** The whole platform in one process on an embedded PostgreSQL, with a mailbox in place of SMTP. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const { dataDir, onProgress } = options
  const log = createLogger({ name: 'platform', level: options.logLevel })
  const secrets = await readLocalSecrets(dataDir, callers)
  onProgress('PostgreSQL')
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log })
  const google = options.localGoogle ? await startGoogle(options.port) : null
  const observability = await openObservability(options.observability)
  const mailbox = createDiskMailbox(join(dataDir, 'mail'))
  const ground = { secrets, mailbox, log, google, observability }
  const stopGround = async () => {
    await observability.close()
    await google?.close()
    await postgres.stop()
  }
  try {
    const platform = await startPlatform(options, { ...ground, adminUrl: postgres.adminUrl })
    return {
      url: `http://localhost:${options.port}`,
      googleUrl: google?.issuer ?? null,
      mailbox,
      secrets,
      metricsPort: observability.metricsPort,
      async deliverMail() {
        await Promise.all([platform.identity.mail.deliverDue(), platform.tenancy.mail.deliverDue()])
      },
      async stop() {
        await platform.close()
        await stopGround()
      },
    }
  } catch (error) {
    await stopGround()
    throw error
  }
}

/** Plays Google's part offline: its login page offers a few people to be. */
async function startGoogle(port: number): Promise<TestGoogle> {
  // Loaded only where asked for: a whole OpenID provider is more than most starts need.
  const { startTestGoogle } = await import('@logicspike/test-oidc')
  return startTestGoogle({ redirectUris: [`http://localhost:${port}/auth/google/callback`] })
}

type Ground = {
  secrets: LocalSecrets
  mailbox: Mailbox
  log: Logger
  adminUrl: string
  google: TestGoogle | null
  observability: Observability
}

async function startPlatform(
  options: StandaloneOptions,
  { secrets, mailbox, log, adminUrl, google, observability }: Ground,
) {
  options.onProgress('tables')
  const databases = await provideDatabases({
    adminUrl,
    database: 'logicspike',
    passwords: secrets.databasePasswords,
    log,
  })
  options.onProgress('services')
  const publicUrl = `http://localhost:${options.port}`
  const platform = await assemblePlatform({
    databases,
    gatewayKeys: secrets.gatewayKeys,
    secretBox: createSecretBox({ current: { id: 'local', key: secrets.sealingKey } }),
    clock: { now: () => new Date() },
    ids: newId,
    mailTransport: mailbox,
    log,
    publicUrl,
    consoleUrl: options.consoleUrl ?? publicUrl,
    allowedOrigins: [publicUrl, ...(options.consoleUrl ? [options.consoleUrl] : [])],
    epochPollMs: 500,
    ...(google && { google: { ...google, allowInsecureRequests: true } }),
    gateway: {
      ...observability.ofGateway,
      ...(options.servicesFile && { services: servicesFile({ path: options.servicesFile, log }) }),
      routes(http) {
        serveDevMailbox(http, mailbox)
        if (options.consoleUrl) return
        serveLanding(http, { google: google !== null })
        serveLinkPages(http)
      },
    },
  })
  try {
    await platform.start(options.port, options.host)
  } catch (error) {
    await platform.close()
    throw error
  }
  return platform
}
