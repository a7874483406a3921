import { assertProductionSecrets, eventVariables, parseEnvironment } from '@logicspike/environment'
import { z } from 'zod'

const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .default([])

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  ...eventVariables,
  /** The composed file, `schema/supergraph.graphql`. */
  SUPERGRAPH_FILE: z.string(),
  /** Base URLs of the subgraphs, for example `http://identity:4001`. */
  IDENTITY_URL: z.url(),
  TENANCY_URL: z.url(),
  BILLING_URL: z.url(),
  DEVELOPER_URL: z.url(),
  COMMUNICATION_URL: z.url(),
  /** This service's own key, `gateway.<secret>`; the others keep its hash. */
  GATEWAY_KEY: z.string().startsWith('gateway.'),
  /** What access tokens name as their issuer: the platform's public URL. */
  ISSUER: z.url(),
  /** Origins of browsers that may call with credentials, separated by commas. */
  CORS_ORIGINS: list,
  /** Addresses or CIDR ranges of proxies whose `x-forwarded-for` is believed. */
  TRUSTED_PROXIES: list,
  /** How often revocations are asked for. Milliseconds. */
  EPOCH_POLL_MS: z.coerce.number().int().positive().default(1_000),
  SUBGRAPH_TIMEOUT_MS: z.coerce.number().int().positive().default(10_000),
  /** WebSockets and event streams at once: of one address, and of one user or client. */
  STREAM_CONNECTIONS_PER_ADDRESS: z.coerce.number().int().positive().default(1_000),
  STREAM_CONNECTIONS_PER_CALLER: z.coerce.number().int().positive().default(100),
  /** Between telling load balancers to go elsewhere and closing the door. Milliseconds. */
  DRAIN_DELAY_MS: z.coerce.number().int().min(0).default(5_000),
})

export type GatewayEnvironment = z.output<typeof schema>

/** @throws EnvironmentError naming every variable that is missing, malformed or not for production */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): GatewayEnvironment {
  const environment = parseEnvironment(schema, variables)
  const { GATEWAY_KEY, EVENTS_URL, EVENTS_CONSUMER_URL } = environment
  assertProductionSecrets(environment.NODE_ENV, { GATEWAY_KEY, EVENTS_URL, EVENTS_CONSUMER_URL })
  return environment
}

/** The names it reads, for the check against `.env.template`. */
export const environmentNames: readonly string[] = Object.keys(schema.shape)

/**
 * `@apollo/gateway` reports to its maker every hour unless this variable says otherwise at the
 * moment a gateway is made; no option does the same.
 */
export function disableApolloTelemetry(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = '1'
}
