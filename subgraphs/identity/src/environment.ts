import type { GatewayKeyRecord } from '@logicspike/auth'
import { assertProductionSecrets, parseEnvironment } from '@logicspike/environment'
import { z } from 'zod'

const count = (unset: number) => z.coerce.number().int().positive().default(unset)
const withoutSlash = z.url().transform((url) => url.replace(/\/$/, ''))
const parts = (text: string) => text.split(',').map((part) => part.trim())
const pairs = (text: string) => parts(text).map((part) => part.split(':'))

/** `id:key`, comma-separated; the first seals, all open. */
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
  .transform((keys): GatewayKeyRecord[] => keys.map(([caller, sha256]) => ({ caller, sha256 })))

const schema = z.object({
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4101),
  DATABASE_URL: z.url(),
  DATABASE_POOL_SIZE: count(10),
  /** Where clients reach the platform. */
  PUBLIC_URL: withoutSlash,
  /** `iss` of tokens, compared as a whole; usually the public URL. */
  ISSUER: z.url(),
  CONSOLE_URL: withoutSlash,
  /** Origins of pages that may use the refresh cookie; the console's and the platform's if unset. */
  ALLOWED_ORIGINS: z.string().transform(parts).pipe(z.array(z.url())).optional(),
  /** Domain that passkeys belong to; the console's host if unset. */
  PASSKEY_DOMAIN: z.string().min(1).optional(),
  /** Google, or an OpenID provider that takes its place; unset: nobody signs in with it. */
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
  GOOGLE_ISSUER: z.url().default('https://accounts.google.com'),
  TENANCY_URL: withoutSlash,
  /** This service's own key, `identity.<secret>`; the others keep its hash. */
  GATEWAY_KEY: z.string().startsWith('identity.'),
  ACCEPTED_GATEWAY_KEYS: acceptedKeys,
  SEALING_KEYS: sealingKeys,
  MAIL_URL: z.url(),
  MAIL_FROM: z.string().min(3),
  /** How often revocations are asked for. Milliseconds. */
  EPOCH_POLL_MS: count(500),
})

export type IdentityEnvironment = z.output<typeof schema>

/**
 * What the process was started with; the only reader of `process.env`. `.env.template` lists it.
 * @throws EnvironmentError that names every variable that is missing or malformed
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): IdentityEnvironment {
  const environment = parseEnvironment(schema, variables)
  assertProductionSecrets(environment.NODE_ENV, {
    GATEWAY_KEY: environment.GATEWAY_KEY,
    SEALING_KEYS: variables.SEALING_KEYS,
    DATABASE_URL: environment.DATABASE_URL,
  })
  return environment
}

/** For commands that only touch the database. @throws EnvironmentError */
export const readDatabaseEnvironment = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Pick<IdentityEnvironment, 'DATABASE_URL' | 'LOG_LEVEL'> =>
  parseEnvironment(schema.pick({ DATABASE_URL: true, LOG_LEVEL: true }), variables)

/** The names it reads, for the check against `.env.template`. */
export const environmentNames: readonly string[] = Object.keys(schema.shape)
