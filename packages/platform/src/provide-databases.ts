import { billingDatabase } from '@logicspike/billing'
import { communicationDatabase } from '@logicspike/communication'
import { migrate, provisionService, type ServiceDatabase } from '@logicspike/database'
import { developerDatabase } from '@logicspike/developer'
import { identityDatabase } from '@logicspike/identity'
import type { Logger } from '@logicspike/telemetry'
import { tenancyDatabase } from '@logicspike/tenancy'

/** Every service with a schema of its own, in the order they are migrated. */
export const serviceDatabases = {
  identity: identityDatabase,
  tenancy: tenancyDatabase,
  billing: billingDatabase,
  developer: developerDatabase,
  communication: communicationDatabase,
} satisfies Record<string, ServiceDatabase>

export type ServiceName = keyof typeof serviceDatabases
export const serviceNames = Object.keys(serviceDatabases) as ServiceName[]

/** Connection URL of each service, as the role that owns nothing. */
export type DatabaseUrls = Readonly<Record<ServiceName, string>>

/**
 * Makes roles, schema and tables of every service where they are missing, and brings them up to
 * date. Safe to run at every start and by two processes at once.
 * @param options.passwords by `<service>.owner` and `<service>.service`
 */
export async function provideDatabases(options: {
  adminUrl: string
  database: string
  passwords: Readonly<Record<string, string>>
  log: Logger
}): Promise<DatabaseUrls> {
  const urls: Partial<Record<ServiceName, string>> = {}
  for (const service of serviceNames) {
    const { ownerUrl, serviceUrl } = await provisionService({
      adminUrl: options.adminUrl,
      database: options.database,
      service,
      ownerPassword: password(options.passwords, `${service}.owner`),
      servicePassword: password(options.passwords, `${service}.service`),
    })
    await migrate({ ...serviceDatabases[service], ownerUrl, log: options.log })
    urls[service] = serviceUrl
  }
  return urls as DatabaseUrls
}

function password(passwords: Readonly<Record<string, string>>, role: string): string {
  const found = passwords[role]
  if (!found) throw new Error(`No password is known for the database role ${role}.`)
  return found
}
