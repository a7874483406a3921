import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '@logicspike/secrets'
import type { DatabaseUrls } from '../provide-databases.ts'
import { supergraphPath } from '../supergraph-path.ts'
import type { Caller } from '../wiring.ts'
import type { ServiceCommand } from './service-processes.ts'

/** What the services of one machine have to be told. */
export type ServicePlan = {
  readonly ports: Readonly<Record<Caller, number>>
  /** Interface of the gateway; the subgraphs listen on the loopback interface only. */
  readonly host: string
  readonly databases: DatabaseUrls
  /** Gateway key of each calling service. Secrets. */
  readonly gatewayKeys: Readonly<Record<Caller, string>>
  readonly sealingKey: string
  readonly smtpUrl: string
  readonly logLevel: string
}

const repository = fileURLToPath(new URL('../../../..', import.meta.url))

/** Every service with its environment, as a deployment would set it. */
export function serviceCommands(plan: ServicePlan): ServiceCommand[] {
  const publicUrl = `http://localhost:${plan.ports.gateway}`
  const urls = {
    IDENTITY_URL: `http://127.0.0.1:${plan.ports.identity}`,
    TENANCY_URL: `http://127.0.0.1:${plan.ports.tenancy}`,
  }
  const everywhere = (caller: Caller) => ({
    NODE_ENV: 'development',
    LOG_LEVEL: plan.logLevel,
    PORT: String(plan.ports[caller]),
    GATEWAY_KEY: plan.gatewayKeys[caller],
    ISSUER: publicUrl,
  })
  const subgraph = (name: 'identity' | 'tenancy') => ({
    ...everywhere(name),
    HOST: '127.0.0.1',
    DATABASE_URL: plan.databases[name],
    CONSOLE_URL: publicUrl,
    ACCEPTED_GATEWAY_KEYS: acceptedKeys(plan.gatewayKeys),
    SEALING_KEYS: `local:${plan.sealingKey}`,
    SMTP_URL: plan.smtpUrl,
    MAIL_FROM: 'LogicSpike <no-reply@localhost>',
  })
  return [
    command('identity', 'subgraphs/identity', {
      ...subgraph('identity'),
      PUBLIC_URL: publicUrl,
      TENANCY_URL: urls.TENANCY_URL,
    }),
    command('tenancy', 'subgraphs/tenancy', {
      ...subgraph('tenancy'),
      IDENTITY_URL: urls.IDENTITY_URL,
    }),
    command('gateway', 'gateway', {
      ...everywhere('gateway'),
      ...urls,
      HOST: plan.host,
      SUPERGRAPH_FILE: supergraphPath,
      DRAIN_DELAY_MS: '0',
    }),
  ]
}

const command = (
  name: string,
  workspace: string,
  environment: Readonly<Record<string, string>>,
): ServiceCommand => ({ name, main: join(repository, workspace, 'src/main.ts'), environment })

/** `caller:sha256` of every key, as receivers want them. */
const acceptedKeys = (keys: Readonly<Record<string, string>>): string =>
  Object.entries(keys)
    .map(([caller, key]) => `${caller}:${sha256(key)}`)
    .join(',')
