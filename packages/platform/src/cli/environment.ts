import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnvironment } from '@logicspike/environment'
import { z } from 'zod'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const port = (unset: number) => z.coerce.number().int().min(1).max(65_535).default(unset)

type Variables = Readonly<Record<string, string | undefined>>

const provisioning = z.object({
  /** A role that may create roles and databases. Only this command has it, no service. */
  ADMIN_DATABASE_URL: z.url(),
  DATABASE_NAME: z.string().default('logicspike'),
  IDENTITY_OWNER_PASSWORD: z.string().min(1),
  IDENTITY_SERVICE_PASSWORD: z.string().min(1),
  TENANCY_OWNER_PASSWORD: z.string().min(1),
  TENANCY_SERVICE_PASSWORD: z.string().min(1),
  LOG_LEVEL: z.string().default('info'),
})

/** For `provide-databases.ts`. @throws EnvironmentError naming what is missing or malformed */
export const readProvisioningEnvironment = (
  variables: Variables = process.env,
): z.output<typeof provisioning> => parseEnvironment(provisioning, variables)

const services = z.object({
  /** Where the gateway listens; the subgraphs only on this machine. */
  PORT: port(4000),
  HOST: z.string().default('127.0.0.1'),
  IDENTITY_PORT: port(4101),
  TENANCY_PORT: port(4102),
  /** A PostgreSQL of yours; left out, one is started on files in `DATA_DIR`. */
  ADMIN_DATABASE_URL: z.url().optional(),
  /** Shared with `npm start`, so that both find the same people; not at the same time. */
  DATA_DIR: z.string().default(join(repository, '.data')),
  /** Where mails go. Any catcher will do, such as Mailpit. */
  SMTP_URL: z.url().default('smtp://127.0.0.1:1025'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export type ServicesEnvironment = z.output<typeof services>

/** For `start-services.ts`. @throws EnvironmentError naming what is malformed */
export const readServicesEnvironment = (variables: Variables = process.env): ServicesEnvironment =>
  parseEnvironment(services, variables)
