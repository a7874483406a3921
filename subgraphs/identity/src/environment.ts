import {
  listVariable,
  originVariable,
  parseEnvironment,
  subgraphEnvironment,
  subgraphVariables,
} from '@logicspike/environment'
import { z } from 'zod'

const environment = subgraphEnvironment({
  service: 'identity',
  usualPort: 4101,
  own: {
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
  },
})

export type IdentityEnvironment = ReturnType<typeof environment.read>

/**
 * What the process was started with; the only reader of `process.env`. `.env.template` lists it.
 * @throws EnvironmentError that names every variable that is missing or malformed
 */
export const readEnvironment = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
) => environment.read(variables)

const { DATABASE_URL, LOG_LEVEL } = subgraphVariables
const database = z.object({ DATABASE_URL, LOG_LEVEL })

/** For commands that only touch the database. @throws EnvironmentError */
export const readDatabaseEnvironment = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
): z.output<typeof database> => parseEnvironment(database, variables)

/** The names it reads, for the check against `.env.template`. */
export const environmentNames = environment.names
