import { pathToFileURL } from 'node:url'
import { sha256 } from '@logicspike/secrets'
import type { DatabaseUrls } from '../provide-databases.ts'
import { supergraphPath } from '../supergraph-path.ts'
import type { ServiceDefinition } from './service-process.ts'

export type ServicesOptions = {
  readonly databases: DatabaseUrls
  readonly gatewayKeys: Readonly<Record<string, string>>
  readonly sealingKey: string
  readonly mailDir: string
  readonly logLevel: string
  /** Port of the gateway; the subgraphs take those from `subgraphPort` on. */
  readonly port: number
  readonly subgraphPort: number
  readonly nodeEnv?: string
}

/** The processes of the distributed platform and the environment of each. */
export function defineServices(options: ServicesOptions): Readonly<{
  identity: ServiceDefinition
  tenancy: ServiceDefinition
  gateway: ServiceDefinition
}> {
  const origin = (port: number) => `http://127.0.0.1:${port}`
  const publicUrl = `http://localhost:${options.port}`
  const urls = {
    identity: origin(options.subgraphPort),
    tenancy: origin(options.subgraphPort + 1),
  }
  const common = (caller: string, port: number) => ({
    NODE_ENV: options.nodeEnv ?? 'development',
    LOG_LEVEL: options.logLevel,
    HOST: '127.0.0.1',
    PORT: String(port),
    ISSUER: publicUrl,
    GATEWAY_KEY: options.gatewayKeys[caller] ?? '',
    EPOCH_POLL_MS: '500',
  })
  const subgraph = (caller: 'identity' | 'tenancy', port: number) => ({
    ...common(caller, port),
    DATABASE_URL: options.databases[caller],
    PUBLIC_URL: publicUrl,
    CONSOLE_URL: publicUrl,
    ALLOWED_ORIGINS: publicUrl,
    ACCEPTED_GATEWAY_KEYS: acceptedKeys(options.gatewayKeys),
    SEALING_KEYS: `local:${options.sealingKey}`,
    MAIL_URL: pathToFileURL(options.mailDir).href,
    MAIL_FROM: 'LogicSpike <no-reply@localhost>',
  })
  return {
    identity: {
      name: 'identity',
      main: 'subgraphs/identity/src/main.ts',
      url: urls.identity,
      environment: { ...subgraph('identity', options.subgraphPort), TENANCY_URL: urls.tenancy },
    },
    tenancy: {
      name: 'tenancy',
      main: 'subgraphs/tenancy/src/main.ts',
      url: urls.tenancy,
      environment: {
        ...subgraph('tenancy', options.subgraphPort + 1),
        IDENTITY_URL: urls.identity,
      },
    },
    gateway: {
      name: 'gateway',
      main: 'gateway/src/main.ts',
      url: origin(options.port),
      environment: {
        ...common('gateway', options.port),
        SUPERGRAPH_FILE: supergraphPath,
        IDENTITY_URL: urls.identity,
        TENANCY_URL: urls.tenancy,
        CORS_ORIGINS: publicUrl,
        DRAIN_DELAY_MS: '500',
      },
    },
  }
}

function acceptedKeys(keys: Readonly<Record<string, string>>): string {
  return Object.entries(keys)
    .map(([caller, key]) => `${caller}:${sha256(key)}`)
    .join(',')
}
