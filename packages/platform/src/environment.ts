import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnvironment } from '@logicspike/environment'
import { z } from 'zod'

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
