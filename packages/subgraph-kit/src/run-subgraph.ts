import { type Clock, createGatewayKeyring, type GatewayKeyring } from '@logicspike/auth'
import type { SubgraphEnvironment } from '@logicspike/environment'
import { connectEventBus, type EventBus } from '@logicspike/events'
import { type IdFactory, newId } from '@logicspike/ids'
import { createInternalClient, httpTransport, type InternalClient } from '@logicspike/internal-api'
import { createMailTransport, type MailTransport } from '@logicspike/mail'
import { createSecretBox, type SecretBox } from '@logicspike/secrets'
import { endOnSignal, type SubgraphServer } from '@logicspike/subgraph-server'
import { createLogger, type Logger } from '@logicspike/telemetry'

/** What every subgraph takes from outside when it is a process of its own. */
export type SubgraphParts = {
  readonly databaseUrl: string
  readonly poolSize: number
  readonly clock: Clock
  readonly ids: IdFactory
  readonly secretBox: SecretBox
  readonly keyring: GatewayKeyring
  readonly internal: InternalClient
  readonly mailTransport: MailTransport
  readonly log: Logger
  readonly epochPollMs: number
  readonly events: EventBus
}

type SubgraphApp = {
  readonly server: SubgraphServer
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * Runs a subgraph as a process: wires it, listens, starts its jobs, and ends in order on a signal.
 * @param options.peers base URLs of the services it asks, by name
 */
export async function runSubgraph(options: {
  name: string
  environment: SubgraphEnvironment & { readonly PORT: number; readonly GATEWAY_KEY: string }
  peers: Readonly<Record<string, string>>
  create: (parts: SubgraphParts) => Promise<SubgraphApp>
}): Promise<void> {
  const { name, environment, peers } = options
  const log = createLogger({ name, level: environment.LOG_LEVEL })
  const internal = createInternalClient(
    Object.fromEntries(
      Object.entries(peers).map(([peer, baseUrl]) => [
        peer,
        httpTransport({ baseUrl, gatewayKey: environment.GATEWAY_KEY }),
      ]),
    ),
  )
  const events = connectEventBus(environment, log)
  // Not awaited: without its database a service is not ready, but it lives and says so.
  void events.tail.start()
  const app = await options.create({ ...partsOf(environment), internal, log, events })
  // Others ask it for what they need to become ready, so it listens before it asks them.
  const port = await app.server.listen(environment.PORT, environment.HOST)
  await app.start()
  log.info({ port }, `${name} is listening`)

  endOnSignal(log, async () => {
    await app.close()
    await events.close()
    await internal.close()
  })
}

function partsOf(
  environment: SubgraphEnvironment,
): Omit<SubgraphParts, 'internal' | 'log' | 'events'> {
  const [current, ...previous] = environment.SEALING_KEYS
  if (!current) throw new TypeError('SEALING_KEYS holds no key.')
  return {
    databaseUrl: environment.DATABASE_URL,
    poolSize: environment.DATABASE_POOL_SIZE,
    clock: { now: () => new Date() },
    ids: newId,
    secretBox: createSecretBox({ current, previous }),
    keyring: createGatewayKeyring(environment.ACCEPTED_GATEWAY_KEYS),
    mailTransport: createMailTransport({ url: environment.MAIL_URL, from: environment.MAIL_FROM }),
    epochPollMs: environment.EPOCH_POLL_MS,
  }
}
