import {
  assertProductionSecrets,
  countVariable,
  eventVariables,
  parseEnvironment,
} from '@logicspike/environment'
import type { Logger } from '@logicspike/telemetry'
import { z } from 'zod'
import { certificateFiles } from './door/tls-certificate.ts'
import { type Budget, defaultRateLimits, type RateLimits } from './rate-limits/limits.ts'

const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .default([])

const units = (budget: Budget) => countVariable(budget.units)

/** How the process is observed. */
export const observabilityVariables = {
  /** Without a port nothing is counted; 0 takes a free one. */
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** An address that Prometheus reaches and clients do not. */
  METRICS_HOST: z.string().default('127.0.0.1'),
  // OpenTelemetry's own names; its SDK reads these and more of them itself.
  /** Where spans are sent, for example `http://collector:4318`; without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  /** The share of traces for the samplers by ratio, from 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).optional(),
  /** Whose `traceparent` is gone on from, sampling and all; see observability/incoming-trace.ts. */
  TRACE_TRUST: z.enum(['nobody', 'proxies', 'everybody']).default('nobody'),
  /** What takes longer is told of with its plan; 0 tells of nothing. Milliseconds. */
  SLOW_OPERATION_MS: z.coerce.number().int().min(0).default(1_000),
}

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** In PEM. With them the gateway speaks TLS, and HTTP/2 too; new ones are taken up while it runs. */
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  ...eventVariables,
  /** The composed file, `schema/supergraph.graphql`. */
  SUPERGRAPH_FILE: z.string(),
  /** JSON that declares the services behind this gateway; see services.example.json. */
  SERVICES_FILE: z.string().optional(),
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
  /** Where gateways share what they count: Redis where it is named, else PostgreSQL. */
  REDIS_URL: z.url().optional(),
  /** Of the role `gateway_service`. Without it and without Redis this gateway counts alone. */
  DATABASE_URL: z.url().optional(),
  /** Client ids that may run nothing but documents they have published. */
  TRUSTED_DOCUMENTS_FOR: list,
  /** Units in a minute; see rate-limits/limits.ts. */
  RATE_LIMIT_NETWORK_REQUESTS: units(defaultRateLimits.network),
  RATE_LIMIT_ANONYMOUS_COST: units(defaultRateLimits.anonymous),
  RATE_LIMIT_USER_COST: units(defaultRateLimits.user),
  RATE_LIMIT_KEY_COST: units(defaultRateLimits.key),
  RATE_LIMIT_WORKSPACE_COST: units(defaultRateLimits.workspace),
  /** The most one operation may cost. */
  MAX_OPERATION_COST: countVariable(100_000),
  ...observabilityVariables,
  /** Between telling load balancers to go elsewhere and closing the door. Milliseconds. */
  DRAIN_DELAY_MS: z.coerce.number().int().min(0).default(5_000),
})

const wholeSchema = schema.refine(
  ({ TLS_CERT_FILE, TLS_KEY_FILE }) => !TLS_CERT_FILE === !TLS_KEY_FILE,
  { path: ['TLS_KEY_FILE'], message: 'goes with TLS_CERT_FILE; set both or neither' },
)

export type GatewayEnvironment = z.output<typeof schema>

/** @throws EnvironmentError naming every variable that is missing, malformed or not for production */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): GatewayEnvironment {
  const environment = parseEnvironment(wholeSchema, variables)
  const { GATEWAY_KEY, EVENTS_URL, EVENTS_CONSUMER_URL } = environment
  assertProductionSecrets(environment.NODE_ENV, { GATEWAY_KEY, EVENTS_URL, EVENTS_CONSUMER_URL })
  return environment
}

/** @throws EnvironmentError where a URL is malformed */
export function readStoresEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Pick<GatewayEnvironment, 'REDIS_URL' | 'DATABASE_URL'> {
  return parseEnvironment(schema.pick({ REDIS_URL: true, DATABASE_URL: true }), variables)
}

/** Where the certificate is that the environment names, if it does. */
export function certificateIn(environment: GatewayEnvironment, log: Logger) {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = environment
  return certFile && keyFile ? { certificate: certificateFiles({ certFile, keyFile, log }) } : {}
}

/** The rate limits that the environment sets. */
export function rateLimitsIn(environment: GatewayEnvironment): Partial<RateLimits> {
  const of = (units: number): Budget => ({ units, seconds: 60 })
  return {
    network: of(environment.RATE_LIMIT_NETWORK_REQUESTS),
    anonymous: of(environment.RATE_LIMIT_ANONYMOUS_COST),
    user: of(environment.RATE_LIMIT_USER_COST),
    key: of(environment.RATE_LIMIT_KEY_COST),
    workspace: of(environment.RATE_LIMIT_WORKSPACE_COST),
  }
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
