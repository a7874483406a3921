import {
  assertProductionSecrets,
  gatewayKeyVariable,
  listVariable,
  originVariable,
  parseEnvironment,
  portVariable,
  subgraphVariables,
} from '@logicspike/environment'
import { z } from 'zod'

const schema = z.object({
  ...subgraphVariables,
  PORT: portVariable(4101),
  GATEWAY_KEY: gatewayKeyVariable('identity'),
  /** Where clients reach the platform. */
  PUBLIC_URL: originVariable,
  /** Origins of pages that may use the refresh cookie; the console's and the platform's if unset. */
  ALLOWED_ORIGINS: listVariable.pipe(z.array(z.url())).optional(),
  /** Domain that passkeys belong to; the console's host if unset. */
  PASSKEY_DOMAIN: z.string().min(1).optional(),
  /** Google, or an OpenID provider that takes its place; unset: nobody signs in with it. */
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
  GOOGLE_ISSUER: z.url().default('https://accounts.google.com'),
  TENANCY_URL: originVariable,
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
    EVENTS_URL: environment.EVENTS_URL,
    EVENTS_CONSUMER_URL: environment.EVENTS_CONSUMER_URL,
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
