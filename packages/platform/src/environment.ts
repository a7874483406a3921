import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnvironment } from '@logicspike/environment'
import { observabilityVariables } from '@logicspike/gateway/environment'
import { z } from 'zod'
import { databaseRoles } from './provide-databases.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

const schema = z.object({
  /** Where the gateway listens. */
  PORT: z.coerce.number().int().min(1).max(65_535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  /** Database files, mails and local secrets. Delete it to start afresh. */
  DATA_DIR: z.string().default(join(repository, '.data')),
  /** Warnings and errors only, unless you ask for more: the console is for people. */
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  /** `true` starts a local stand-in for Google, so that its button works offline. */
  LOCAL_GOOGLE: z.stringbool().default(false),
  /** Another origin that may call with the session cookie, such as a console under development. */
  CONSOLE_URL: z.url().optional(),
  /** Services to stand behind the gateway, as in `gateway/services.example.json`. */
  SERVICES_FILE: z.string().optional(),
  /** JetStream that carries events; by default PostgreSQL does. */
  NATS_URL: z.url().optional(),
  ...observabilityVariables,
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
})

export type StandaloneEnvironment = z.output<typeof schema>

/**
 * @throws EnvironmentError for malformed variables, and in production: one process with its database
 * in a folder is for development; the services are for production
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): StandaloneEnvironment {
  return parseEnvironment(schema, variables)
}

/** `tenancy.owner` → `TENANCY_OWNER_PASSWORD`. */
const passwordVariable = (role: string) => `${role.replace('.', '_').toUpperCase()}_PASSWORD`

const databasesSchema = z.object({
  /** A superuser's URL, or that of a role with CREATEDB and CREATEROLE. */
  ADMIN_DATABASE_URL: z.url(),
  DATABASE_NAME: z.string().default('logicspike'),
  ...Object.fromEntries(databaseRoles.map((role) => [passwordVariable(role), z.string().min(16)])),
})

type DatabasesEnvironment = {
  readonly ADMIN_DATABASE_URL: string
  readonly DATABASE_NAME: string
} & Readonly<Record<string, string>>

/** @throws EnvironmentError naming every variable that is missing or malformed */
export function readDatabasesEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): DatabasesEnvironment {
  return parseEnvironment(databasesSchema, variables) as DatabasesEnvironment
}

/** Passwords by role, as `provideDatabases` takes them. */
export const passwordsIn = (environment: DatabasesEnvironment): Record<string, string> =>
  Object.fromEntries(databaseRoles.map((role) => [role, environment[passwordVariable(role)] ?? '']))

/** What every process that we start needs of ours, and nothing more: no secret leaks by heritage. */
export function inheritedEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}
