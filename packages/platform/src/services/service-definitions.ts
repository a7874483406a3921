import { pathToFileURL } from 'node:url'
import { sha256 } from '@logicspike/secrets'
import type { DatabaseUrls } from '../provide-databases.ts'
import { supergraphPath } from '../supergraph-path.ts'
import { type SubgraphName, subgraphNames } from '../wiring.ts'
import type { ServiceDefinition } from './service-process.ts'

export type ServicesOptions = {
  readonly databases: DatabaseUrls
  readonly gatewayKeys: Readonly<Record<string, string>>
  readonly sealingKey: string
  readonly mailDir: string
  readonly logLevel: string
  /** Port of the gateway; the subgraphs and then the sequencer take those from `subgraphPort` on. */
  readonly port: number
  readonly subgraphPort: number
  readonly nodeEnv?: string
  /** JetStream, where it carries events. */
  readonly natsUrl?: string | undefined
  /** Further variables of the gateway, such as limits. */
  readonly gatewayEnvironment?: Readonly<Record<string, string>>
}

export type PlatformServiceName = SubgraphName | 'events' | 'gateway'

/** The processes of the distributed platform and the environment of each. */
export function defineServices(
  options: ServicesOptions,
): Readonly<Record<PlatformServiceName, ServiceDefinition>> {
  const origin = (port: number) => `http://127.0.0.1:${port}`
  const publicUrl = `http://localhost:${options.port}`
  const portOf = (name: SubgraphName) => options.subgraphPort + subgraphNames.indexOf(name)
  const process = (port: number) => ({
    NODE_ENV: options.nodeEnv ?? 'development',
    LOG_LEVEL: options.logLevel,
    HOST: '127.0.0.1',
    PORT: String(port),
    ...(options.natsUrl && { NATS_URL: options.natsUrl }),
  })
  const common = (caller: SubgraphName | 'gateway', port: number) => ({
    ...process(port),
    ISSUER: publicUrl,
    GATEWAY_KEY: options.gatewayKeys[caller] ?? '',
    EPOCH_POLL_MS: '500',
    EVENTS_URL: options.databases.events.tenantReader,
    EVENTS_CONSUMER_URL: options.databases.events.consumer,
  })
  const urlsOf = (names: readonly SubgraphName[]) =>
    Object.fromEntries(names.map((it) => [`${it.toUpperCase()}_URL`, origin(portOf(it))]))
  const subgraph = (name: SubgraphName, own: Record<string, string>): ServiceDefinition => ({
    name,
    main: `subgraphs/${name}/src/main.ts`,
    url: origin(portOf(name)),
    environment: {
      ...common(name, portOf(name)),
      DATABASE_URL: options.databases[name],
      CONSOLE_URL: publicUrl,
      ACCEPTED_GATEWAY_KEYS: acceptedKeys(options.gatewayKeys),
      SEALING_KEYS: `local:${options.sealingKey}`,
      MAIL_URL: pathToFileURL(options.mailDir).href,
      MAIL_FROM: 'LogicSpike <no-reply@localhost>',
      ...own,
    },
  })
  const peers = urlsOf(['identity', 'tenancy'])
  const sequencerPort = options.subgraphPort + subgraphNames.length
  const sequencerUrl = options.databases.events.sequencer
  return {
    events: {
      name: 'events',
      main: 'packages/events/src/main.ts',
      url: origin(sequencerPort),
      environment: {
        ...process(sequencerPort),
        EVENTS_SEQUENCER_URL: sequencerUrl,
        EVENTS_CONSUMER_URL: options.databases.events.consumer,
        OUTBOX_URLS: subgraphNames.map((name) => `${name}=${sequencerUrl}`).join(','),
      },
    },
    identity: subgraph('identity', {
      ...urlsOf(['tenancy']),
      PUBLIC_URL: publicUrl,
      ALLOWED_ORIGINS: publicUrl,
    }),
    tenancy: subgraph('tenancy', urlsOf(['identity'])),
    billing: subgraph('billing', peers),
    developer: subgraph('developer', peers),
    communication: subgraph('communication', peers),
    gateway: {
      name: 'gateway',
      main: 'gateway/src/main.ts',
      url: origin(options.port),
      environment: {
        ...common('gateway', options.port),
        ...urlsOf(subgraphNames),
        SUPERGRAPH_FILE: supergraphPath,
        DATABASE_URL: options.databases.gateway,
        CORS_ORIGINS: publicUrl,
        DRAIN_DELAY_MS: '500',
        ...options.gatewayEnvironment,
      },
    },
  }
}

function acceptedKeys(keys: Readonly<Record<string, string>>): string {
  return Object.entries(keys)
    .map(([caller, key]) => `${caller}:${sha256(key)}`)
    .join(',')
}
