import { z } from 'zod'

const parts = (text: string) => text.split(',').map((part) => part.trim())
const pairs = (text: string) => parts(text).map((part) => part.split(':'))

/** A positive whole number, with a default. */
export const countVariable = (unset: number) => z.coerce.number().int().positive().default(unset)

/** A URL without a slash at the end. */
export const originVariable = z.url().transform((url) => url.replace(/\/$/, ''))

/** Texts, comma-separated. */
export const listVariable = z.string().transform(parts)

/** `id:key`, comma-separated: the first seals, all open. */
const sealingKeys = z
  .string()
  .transform(pairs)
  .pipe(z.array(z.tuple([z.string().min(1), z.string().min(32)])).min(1))
  .transform((keys) => keys.map(([id, key]) => ({ id, key })))

/** `caller:sha256`, comma-separated; two of one caller while its key is changed. */
const acceptedKeys = z
  .string()
  .transform(pairs)
  .pipe(z.array(z.tuple([z.string().min(1), z.string().regex(/^[0-9a-f]{64}$/)])).min(1))
  .transform((keys) => keys.map(([caller, sha256]) => ({ caller, sha256 })))

/** The way to the event log; see `createEventBus`. */
export const eventVariables = {
  /** Reads one tenant's events; the role `events_reader`. */
  EVENTS_URL: z.url(),
  /** Reads the events of all tenants, for consumers and tails; the role `events_consumer`. */
  EVENTS_CONSUMER_URL: z.url(),
  /** JetStream, which carries events in place of PostgreSQL. Optional. */
  NATS_URL: z.url().optional(),
}

/** What `eventVariables` come to, and whether it is production. */
export type EventEnvironment = z.output<z.ZodObject<typeof eventVariables>> & {
  readonly NODE_ENV?: string | undefined
}

/** What every subgraph is configured by; each adds its own. */
export const subgraphVariables = {
  ...eventVariables,
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.url(),
  DATABASE_POOL_SIZE: countVariable(10),
  /** `iss` of tokens, compared as a whole; usually the public URL. */
  ISSUER: z.url(),
  /** Where the console is served; links in mails lead there. */
  CONSOLE_URL: originVariable,
  ACCEPTED_GATEWAY_KEYS: acceptedKeys,
  SEALING_KEYS: sealingKeys,
  /** `smtp://…`, or `file:///…` to keep mails in a folder. */
  MAIL_URL: z.url(),
  MAIL_FROM: z.string().min(3),
  /** How often revocations are asked for. Milliseconds. */
  EPOCH_POLL_MS: countVariable(500),
}

/** What `subgraphVariables` come to. */
export type SubgraphEnvironment = z.output<z.ZodObject<typeof subgraphVariables>>

/** `PORT`, with the one a service usually has. */
export const portVariable = (usual: number) =>
  z.coerce.number().int().min(0).max(65_535).default(usual)

/** The key that a service calls others with: `<service>.<secret>`. */
export const gatewayKeyVariable = (service: string) => z.string().startsWith(`${service}.`)
