import {
  assertProductionSecrets,
  countVariable,
  EnvironmentError,
  parseEnvironment,
  portVariable,
} from '@logicspike/environment'
import { z } from 'zod'
import { defaultRetention } from './retention.ts'

/** `service=url`, comma-separated. */
const outboxUrls = z
  .string()
  .transform((text) => text.split(',').map((pair) => pairOf(pair.trim())))
  .pipe(z.array(z.tuple([z.string().regex(/^[a-z][a-z0-9_]*$/), z.url()])).min(1))
  .transform((pairs): Readonly<Record<string, string>> => Object.fromEntries(pairs))

function pairOf(pair: string): string[] {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1)]
}

/** Absent, or empty as in the template. */
const urlOrNothing = z
  .union([z.literal(''), z.url()])
  .optional()
  .transform((url) => url || undefined)

const schema = z.object({
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
  HOST: z.string().default('127.0.0.1'),
  PORT: portVariable(4110),
  /** As `events_sequencer` of the log's database; a direct connection, through no pooler. */
  EVENTS_SEQUENCER_URL: z.url(),
  /** As `events_sequencer` where each service has its outbox. */
  OUTBOX_URLS: outboxUrls,
  /** Publishes the log to this JetStream as well; the log is read as `events_consumer` for it. */
  NATS_URL: urlOrNothing,
  EVENTS_CONSUMER_URL: urlOrNothing,
  PAYLOAD_DAYS: countVariable(defaultRetention.payloadDays),
  LOG_DAYS: countVariable(defaultRetention.logDays),
  EVENT_ID_DAYS: countVariable(defaultRetention.idDays),
})

export type SequencerEnvironment = z.output<typeof schema>

/**
 * What the process was started with; the only reader of `process.env`. `.env.template` lists it.
 * @throws EnvironmentError that names every variable that is missing or malformed
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): SequencerEnvironment {
  const environment = parseEnvironment(schema, variables)
  assertProductionSecrets(environment.NODE_ENV, {
    EVENTS_SEQUENCER_URL: environment.EVENTS_SEQUENCER_URL,
    OUTBOX_URLS: variables.OUTBOX_URLS,
    EVENTS_CONSUMER_URL: environment.EVENTS_CONSUMER_URL,
  })
  if (environment.NATS_URL && !environment.EVENTS_CONSUMER_URL) {
    throw new EnvironmentError('NATS_URL needs EVENTS_CONSUMER_URL, to read what it publishes.')
  }
  return environment
}

/** The names it reads, for the check against `.env.template`. */
export const environmentNames: readonly string[] = Object.keys(schema.shape)
