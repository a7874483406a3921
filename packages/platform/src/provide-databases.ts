import { billingDatabase } from '@logicspike/billing'
import { communicationDatabase } from '@logicspike/communication'
import { migrate, provisionSchema, rolesOf, type ServiceDatabase } from '@logicspike/database'
import { developerDatabase } from '@logicspike/developer'
import { type EventUrls, eventsDatabase } from '@logicspike/events'
import { gatewayDatabase } from '@logicspike/gateway/database'
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

/**
 * Every schema of the platform: the event log's, whose roles the others know, the gateway's, and the
 * services'.
 */
export const platformDatabases: readonly ServiceDatabase[] = [
  eventsDatabase,
  gatewayDatabase,
  ...Object.values(serviceDatabases),
]

/**
 * Connection URL of each service and of the gateway, as the role that owns nothing, and of the
 * event log's roles.
 */
export type DatabaseUrls = Readonly<Record<ServiceName | 'gateway', string>> & {
  readonly events: EventUrls
}

/**
 * Makes roles, schema and tables of every service where they are missing, and brings them up to
 * date. Safe to run at every start and by two processes at once.
 * @param options.passwords by `<service>.owner` and `<service>.<role>`, see `databaseRoles`
 */
export async function provideDatabases(options: {
  adminUrl: string
  database: string
  passwords: Readonly<Record<string, string>>
  log: Logger
}): Promise<DatabaseUrls> {
  const urls: Partial<Record<string, Readonly<Record<string, string>>>> = {}
  for (const it of platformDatabases) urls[it.service] = await provideDatabase(options, it)
  const services = serviceNames.map((name) => [name, urls[name]?.service ?? ''])
  const { sequencer = '', reader = '', consumer = '' } = urls.events ?? {}
  return {
    ...(Object.fromEntries(services) as Record<ServiceName, string>),
    gateway: urls.gateway?.service ?? '',
    events: { sequencer, tenantReader: reader, consumer },
  }
}

async function provideDatabase(
  { adminUrl, database, passwords, log }: Parameters<typeof provideDatabases>[0],
  it: ServiceDatabase,
): Promise<Readonly<Record<string, string>>> {
  const { service } = it
  const { ownerUrl, roleUrls } = await provisionSchema({
    adminUrl,
    database,
    service,
    ownerPassword: password(passwords, `${service}.owner`),
    rolePasswords: Object.fromEntries(
      rolesOf(it).map((role) => [role, password(passwords, `${service}.${role}`)]),
    ),
  })
  await migrate({ ...it, ownerUrl, log })
  return roleUrls
}

/** Every role that needs a password, as `<schema>.<role>`. */
export const databaseRoles: readonly string[] = platformDatabases.flatMap((it) =>
  ['owner', ...rolesOf(it)].map((role) => `${it.service}.${role}`),
)

function password(passwords: Readonly<Record<string, string>>, role: string): string {
  const found = passwords[role]
  if (!found) throw new Error(`No password is known for the database role ${role}.`)
  return found
}
